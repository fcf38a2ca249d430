#pragma once
/* What the Glibc overlay lacks: epoll, eventfd, accept4, sendfile, crypt_r. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif
#include <crypt.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/sendfile.h>
#include <sys/socket.h>

extern int accept4(int, struct sockaddr *, socklen_t *, int);
