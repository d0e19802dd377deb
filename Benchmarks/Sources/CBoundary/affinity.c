#define _GNU_SOURCE
#include "CBoundary.h"
#include <sched.h>

static cpu_set_t before;

bool boundary_use_one_core(void) {
  cpu_set_t one;
  if (sched_getaffinity(0, sizeof before, &before)) return false;
  CPU_ZERO(&one);
  for (int core = 0; core < CPU_SETSIZE; core++) {
    if (!CPU_ISSET(core, &before)) continue;
    CPU_SET(core, &one);
    return !sched_setaffinity(0, sizeof one, &one);
  }
  return false;
}

void boundary_use_all_cores(void) { sched_setaffinity(0, sizeof before, &before); }
