// Tells ThreadSanitizer about contended locks of Swift's `Mutex`. The path without contention is inlined into our code and understood; the other
// one is in libswiftSynchronization, which is not instrumented, so that what a lock protects would be reported as racing. Preloaded by Scripts/sanitize.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>

#define METHOD __attribute__((swiftcall))
#define SELF __attribute__((swift_context)) void *mutex

// Absent from processes that are not instrumented.
__attribute__((weak)) void __tsan_acquire(void *address);
__attribute__((weak)) void __tsan_release(void *address);

static void *next(const char *name) { return dlsym(RTLD_NEXT, name); }

METHOD void lockSlow(uint32_t thread, SELF) __asm__("$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF");
METHOD void lockSlow(uint32_t thread, SELF) {
  METHOD void (*lock)(uint32_t, SELF) = next("$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF");
  lock(thread, mutex);
  if (__tsan_acquire) __tsan_acquire(mutex);
}

METHOD bool tryLockSlow(SELF) __asm__("$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF");
METHOD bool tryLockSlow(SELF) {
  METHOD bool (*tryLock)(SELF) = next("$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF");
  bool locked = tryLock(mutex);
  if (locked && __tsan_acquire) __tsan_acquire(mutex);
  return locked;
}

METHOD void unlockSlow(SELF) __asm__("$s15Synchronization12_MutexHandleV11_unlockSlowyyF");
METHOD void unlockSlow(SELF) {
  METHOD void (*unlock)(SELF) = next("$s15Synchronization12_MutexHandleV11_unlockSlowyyF");
  if (__tsan_release) __tsan_release(mutex);
  unlock(mutex);
}
