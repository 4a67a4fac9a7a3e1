// Keeps a load generator awake while it waits for answers: it asks the kernel again and again, and lets others run in between.
// To wake one that sleeps is part of the server's write, and counted for the server: docs/decisions/0012 has what that comes to.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <sched.h>
#include <sys/epoll.h>

typedef int epoll_wait_t(int, struct epoll_event *, int, int);

int epoll_wait(int epoll, struct epoll_event *events, int most, int timeout) {
  static epoll_wait_t *real;
  if (real == 0) real = (epoll_wait_t *)dlsym(RTLD_NEXT, "epoll_wait");
  for (int turn = 0; turn < 10000; turn++) { // some milliseconds: the caller may have timers to look after
    int found = real(epoll, events, most, 0);
    if (found != 0 || timeout == 0) return found;
    sched_yield();
  }
  return 0;
}
