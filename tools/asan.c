
/*
 * Copyright (C) mcp-nginx contributors
 *
 * Preloaded by "make check-asan" into nginx with AddressSanitizer.
 */


#define _GNU_SOURCE
#include <dlfcn.h>
#include <sys/types.h>
#include <unistd.h>


int __lsan_is_turned_off(void);


static int  forked, child;


/* a module that stays loaded keeps the names of its functions in reports */

int
dlclose(void *handle)
{
    return 0;
}


pid_t
fork(void)
{
    pid_t  pid;

    static pid_t  (*next)(void);

    if (next == NULL) {
        next = (pid_t (*)(void)) dlsym(RTLD_NEXT, "fork");
    }

    pid = next();

    if (pid == 0) {
        child = 1;

    } else {
        forked = 1;
    }

    return pid;
}


/* the parent that becomes a daemon exits with all of its configuration */

int
__lsan_is_turned_off(void)
{
    return forked && !child;
}
