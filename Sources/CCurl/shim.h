#pragma once
/* libcurl.so.4 without its headers: it is opened at run time, because every
   Swift toolchain needs it on the machine while its -dev package is not ours
   to ask for. Option numbers and signatures are libcurl's ABI, unchanged since
   soname 4 (curl/curl.h; https://curl.se/libcurl/abi.html). Swift cannot call
   variadic functions through pointers, so each kind of argument has a caller. */

typedef int (*ccurl_setopt)(void *handle, int option, ...);
typedef int (*ccurl_getinfo)(void *handle, int info, ...);
typedef unsigned long (*ccurl_transfer)(
    char *bytes, unsigned long size, unsigned long count, void *context);

typedef int (*ccurl_prepare)(void *context, int socket, int purpose);

static inline int ccurl_set_long(void *setopt, void *handle, int option, long value) {
  return ((ccurl_setopt)setopt)(handle, option, value);
}
static inline int ccurl_set_offset(void *setopt, void *handle, int option, long long value) {
  return ((ccurl_setopt)setopt)(handle, option, value);
}
static inline int ccurl_set_pointer(void *setopt, void *handle, int option, void *value) {
  return ((ccurl_setopt)setopt)(handle, option, value);
}
static inline int ccurl_set_text(void *setopt, void *handle, int option, const char *value) {
  return ((ccurl_setopt)setopt)(handle, option, value);
}
static inline int ccurl_set_transfer(
    void *setopt, void *handle, int option, ccurl_transfer value) {
  return ((ccurl_setopt)setopt)(handle, option, value);
}
static inline int ccurl_set_prepare(void *setopt, void *handle, int option, ccurl_prepare value) {
  return ((ccurl_setopt)setopt)(handle, option, value);
}
static inline int ccurl_get_long(void *getinfo, void *handle, int info, long *value) {
  return ((ccurl_getinfo)getinfo)(handle, info, value);
}

/* CURLoption */
enum {
  CCURL_WRITEDATA = 10001, CCURL_URL = 10002, CCURL_READDATA = 10009, CCURL_HTTPHEADER = 10023,
  CCURL_HEADERDATA = 10029, CCURL_CUSTOMREQUEST = 10036, CCURL_NOBODY = 44, CCURL_UPLOAD = 46,
  CCURL_LOW_SPEED_LIMIT = 19, CCURL_LOW_SPEED_TIME = 20, CCURL_CONNECTTIMEOUT = 78,
  CCURL_NOSIGNAL = 99, CCURL_HTTP_VERSION = 84, CCURL_WRITEFUNCTION = 20011,
  CCURL_READFUNCTION = 20012, CCURL_HEADERFUNCTION = 20079, CCURL_INFILESIZE_LARGE = 30115,
  CCURL_CAINFO = 10065, CCURL_UPLOAD_BUFFERSIZE = 280, CCURL_PROTOCOLS = 181,
  CCURL_SOCKOPTFUNCTION = 20148
};
/* CURLINFO_RESPONSE_CODE, CURL_HTTP_VERSION_1_1, CURLPROTO_HTTPS */
enum { CCURL_RESPONSE_CODE = 0x200002, CCURL_HTTP_1_1 = 2, CCURL_HTTPS = 2 };
