#pragma once
/* What the Glibc overlay lacks: epoll, eventfd, accept4, sendfile, crypt_r.
   _GNU_SOURCE stays undefined: it would give fd_set and others another shape
   than the Glibc module has, and the compiler refuses the mixture. */
#include <crypt.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/sendfile.h>
#include <sys/socket.h>

extern int accept4(int, struct sockaddr *, socklen_t *, int);
/* fcntl.h offers it to _GNU_SOURCE only; 2 is SYNC_FILE_RANGE_WRITE. */
extern int sync_file_range(int, off_t, off_t, unsigned int);
static const unsigned int CLINUX_SYNC_FILE_RANGE_WRITE = 2;
