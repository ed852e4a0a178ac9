# mcp-nginx: "make help" lists the targets.  Everything made is in build/.

SHELL := /bin/bash

NGINX     ?= /usr/sbin/nginx
NGINX_SRC ?= /usr/share/nginx/src
BUILD     ?= $(CURDIR)/build
MCP_CACHE ?= $(CURDIR)/build/cache
CC_OPT    ?= -g -O2 -Wextra -Wno-unused-parameter
LD_OPT    ?=
JOBS      ?= 4

FUZZ_SECONDS ?= 60

MODULE := ngx_http_mcp_module.so
SO     := $(BUILD)/$(MODULE)

override BUILD     := $(abspath $(BUILD))
override MCP_CACHE := $(abspath $(MCP_CACHE))

export CC

# in the environment this name tells nginx to inherit sockets

unexport NGINX

# the suites beside the checkout, else those from packages

MCP_TEST_SUITES ?= $(firstword $(wildcard $(CURDIR)/../shared/data) \
                               $(CURDIR)/build/suites)
export MCP_TEST_SUITES

# nginx itself, from Debian's source: its version is that of $(NGINX)

NGINX_VERSION := $(shell $(NGINX) -v 2>&1 \
                   | sed -n 's|.*nginx/\([0-9.]*\).*|\1|p')
NGINX_FULL    := $(MCP_CACHE)/nginx-$(NGINX_VERSION)

SANITIZE := -fsanitize=address,undefined

# nginx's own code is neither aligned nor free of memcpy(p, NULL, 0)

ASAN_CC_OPT := -g -O1 -fno-omit-frame-pointer $(SANITIZE) \
               -fno-sanitize=alignment,nonnull-attribute -DNGX_DEBUG_PALLOC=1

ASAN_CONF := --with-compat --with-debug --with-threads --with-pcre-jit \
             --with-http_ssl_module --with-http_v2_module \
             --with-http_auth_request_module --with-http_gunzip_module \
             --with-http_gzip_static_module --with-http_sub_module \
             --with-http_addition_module --with-http_stub_status_module \
             --with-http_realip_module --with-http_slice_module \
             --with-poll_module

ASAN_NGX := $(MCP_CACHE)/asan-$(NGINX_VERSION)-$(shell \
              echo '$(ASAN_CC_OPT) $(ASAN_CONF)' | cksum | cut -d ' ' -f 1)
ASAN_SO  := $(BUILD)/asan/$(MODULE)

asan_configure = cd $(NGINX_FULL) && ./configure --builddir=$(1) \
    --prefix=$(ASAN_NGX)/prefix $(ASAN_CONF) --with-cc=gcc \
    --with-cc-opt="$(ASAN_CC_OPT)" --with-ld-opt="$(SANITIZE)" \
    $(2) > $(1)/log || { tail -n 20 $(1)/log; exit 1; }

headers = $(1)/src/core $(1)/src/event $(1)/src/os/unix

SOURCES := $(wildcard ngx_http_mcp_module.c src/*/*.[ch])
C_FILES  = $(SOURCES) $(wildcard t/unit/*.[ch] fuzz/*.[ch]) tools/mcp_token.c


all: $(SO)  ## build the module: build/ngx_http_mcp_module.so

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*  ## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) \
	    | awk -F '|' '{ printf "  make %-12s %s\n", $$1, $$2 }'

deps:  ## install what all targets need, from packages (Debian, root)
	tools/deps.sh


# A new nginx, a new file or another option needs a new configure.  The stamp
# changes only then: times inside packages are too old to compare.

stamp = mkdir -p $(@D); \
        { $(NGINX) -V 2>&1; echo '$(SOURCES) $(1)'; } > $@.new; \
        cmp -s $@.new $@ && rm $@.new || mv $@.new $@

$(BUILD)/stamp: FORCE
	@test -e $(NGINX_SRC)/conf_flags || { \
	    echo "nginx-dev is missing: run make deps" >&2; exit 1; }
	@$(call stamp,$(CC) $(CC_OPT) $(LD_OPT))

$(BUILD)/Makefile: config Makefile $(BUILD)/stamp
	. $(NGINX_SRC)/conf_flags && cd $(NGINX_SRC) \
	    && ./configure "$${NGX_CONF_FLAGS[@]}" --builddir=$(BUILD) \
	        --add-dynamic-module=$(CURDIR) --with-cc=$(CC) \
	        --with-cc-opt="$(CC_OPT) -fPIC" --with-ld-opt="-fPIC $(LD_OPT)" \
	        > $(BUILD)/log || { tail -n 20 $(BUILD)/log; exit 1; }

$(SO): $(BUILD)/Makefile FORCE
	@$(MAKE) --no-print-directory -j$(JOBS) -C $(NGINX_SRC) \
	    -f $(BUILD)/Makefile modules

debug:  ## build without optimisation, in build/debug
	@$(MAKE) --no-print-directory BUILD=$(BUILD)/debug \
	    CC_OPT="-g3 -O0 -Wextra -Wno-unused-parameter"


# makes keys and tokens to try mcp_auth with, and for the tests

TOKEN := $(BUILD)/mcp-token

token: $(TOKEN)  ## build build/mcp-token: keys and tokens to try mcp_auth

$(TOKEN): tools/mcp_token.c
	@mkdir -p $(@D)
	$(CC) $(CC_OPT) -Wall -Wextra -Werror -o $@ $< $(LD_OPT) -ljwt -lcrypto


# installed as Debian's own modules are

MODULES_PATH ?= $(shell $(NGINX) -V 2>&1 \
                  | sed -n 's/.*--modules-path=\([^ ]*\).*/\1/p')
AVAILABLE    ?= /usr/share/nginx/modules-available
ENABLED      ?= /etc/nginx/modules-enabled
SNIPPET      := mod-http-mcp.conf

install: all  ## install the module and its load_module line
	install -D -m 644 $(SO) $(DESTDIR)$(MODULES_PATH)/$(MODULE)
	install -d $(DESTDIR)$(AVAILABLE)
	echo "load_module modules/$(MODULE);" > $(DESTDIR)$(AVAILABLE)/$(SNIPPET)
	@echo "To load it: ln -s $(AVAILABLE)/$(SNIPPET) $(ENABLED)/50-$(SNIPPET)"

uninstall:  ## remove what install has put there
	rm -f $(DESTDIR)$(ENABLED)/50-$(SNIPPET) \
	    $(DESTDIR)$(AVAILABLE)/$(SNIPPET) \
	    $(DESTDIR)$(MODULES_PATH)/$(MODULE)

run: deps  ## the quick start: nginx with the module and a sample API
	$(MAKE) all
	MODULE=$(SO) NGINX=$(NGINX) tools/run.sh


# tests

TALLY := $(BUILD)/tally

TESTS      ?= $(wildcard t/*.t)
REAL       := $(or $(wildcard t/real/run.sh), \
                  $(filter-out %/deps.sh,$(wildcard t/real/*.sh t/real/*.py)))
UNIT_TESTS := $(patsubst t/unit/%.c,%,$(wildcard t/unit/test_*.c))

test_env = PERL5LIB=$(CURDIR)/t/lib TEST_NGINX_RANDOMIZE=1 \
           TEST_NGINX_BINARY=$(1) TEST_NGINX_MCP_MODULE=$(2)

unit_flags = OUT=$(BUILD)/unit CC="$(CC)" FLAGS="$(CC_OPT)" LINK= NGX= \
             SRC=$(NGINX_FULL) \
             INC="$(BUILD) $(call headers,$(NGINX_SRC))"

asan_unit_flags = OUT=$(BUILD)/asan-unit CC=gcc LINK= SRC= \
    FLAGS="-g -O1 -fno-omit-frame-pointer $(SANITIZE) \
           -fno-sanitize-recover=all -DNGX_DEBUG_PALLOC=1" \
    NGX=$(ASAN_NGX) INC="$(ASAN_NGX) $(call headers,$(NGINX_FULL))"

fuzz_flags = OUT=$(BUILD)/fuzz CC=clang-14 NGX= SRC=$(NGINX_FULL) \
    FLAGS="-g -O1 -fno-omit-frame-pointer -DNGX_DEBUG_PALLOC=1 \
           -fsanitize=address,undefined,fuzzer-no-link \
           -fno-sanitize-recover=all" \
    LINK=-fsanitize=fuzzer INC="$(BUILD) $(call headers,$(NGINX_SRC))"

pure = $(MAKE) --no-print-directory -j$(JOBS) -f tools/pure.mk

$(NGINX_FULL)/configure:
	tools/nginx-src "$(NGINX_VERSION)" $(NGINX_FULL)

unit-build: $(BUILD)/Makefile $(NGINX_FULL)/configure
	@$(pure) $(unit_flags) tests suites

unit: unit-build  ## the unit tests of src/pure
	@tools/tap -j$(JOBS) $(UNIT_TESTS:%=$(BUILD)/unit/%)

suites:  ## bring the public test suites from packages, to build/suites
	tools/suites $(CURDIR)/build/suites

suites-there:
	@test -d $(MCP_TEST_SUITES) || tools/suites $(CURDIR)/build/suites

test-suites: unit-build suites-there  ## the public suites of JSON and templates
	@tools/run-suites $(BUILD)/unit

test: all token suites-there  ## all tests of the module in the installed nginx
	@tools/deps.sh check
	@rm -f $(TALLY)
	@tools/tally $(TALLY) unit 300 $(MAKE) --no-print-directory unit
	@tools/tally $(TALLY) suites 300 $(MAKE) --no-print-directory test-suites
	@$(call test_env,$(NGINX),$(SO)) tools/tally $(TALLY) module 1200 \
	    tools/tap -j$(JOBS) $(TESTS)
	@for t in $(wildcard t/*_test.py); do \
	    $(call test_env,$(NGINX),$(SO)) tools/tally $(TALLY) \
	        $$(basename $$t _test.py) 300 tools/pyunit $$t; done
	@if [ -f t/clients/run.sh ]; then $(call test_env,$(NGINX),$(SO)) \
	    tools/tally $(TALLY) clients 900 bash t/clients/run.sh; fi
	@tools/tally $(TALLY)

test-real: all  ## the module before real upstreams and servers (t/real)
	@rm -f $(TALLY)-real
	@for t in $(REAL); do \
	    case $$t in *.py) run=python3 ;; *) run=bash ;; esac; \
	    $(call test_env,$(NGINX),$(SO)) tools/tally $(TALLY)-real \
	        $$(basename $$t) 900 $$run $$t; done
	@tools/tally $(TALLY)-real

bench: all  ## speed (bench/run.sh)
	@test -f bench/run.sh || { echo "no bench/run.sh" >&2; exit 1; }
	$(call test_env,$(NGINX),$(SO)) bash bench/run.sh


# sanitizers

$(ASAN_NGX)/nginx: $(NGINX_FULL)/configure
	@mkdir -p $(@D)
	$(call asan_configure,$(@D))
	$(MAKE) --no-print-directory -j$(JOBS) -C $(NGINX_FULL) \
	    -f $(@D)/Makefile binary >> $(@D)/log 2>&1 \
	    || { tail -n 20 $(@D)/log; exit 1; }

nginx-src: $(ASAN_NGX)/nginx  ## nginx from Debian's source, with sanitizers
	@echo $(ASAN_NGX)/nginx

$(BUILD)/asan/stamp: FORCE
	@$(call stamp,$(ASAN_NGX))

$(BUILD)/asan/Makefile: config Makefile $(BUILD)/asan/stamp $(ASAN_NGX)/nginx
	$(call asan_configure,$(BUILD)/asan,--add-dynamic-module=$(CURDIR))

$(ASAN_SO): $(BUILD)/asan/Makefile FORCE
	@$(MAKE) --no-print-directory -j$(JOBS) -C $(NGINX_FULL) \
	    -f $(BUILD)/asan/Makefile modules

ASAN_OPTIONS := detect_odr_violation=0:detect_leaks=1:verify_asan_link_order=0

# tools/asan.c keeps the module loaded, so that reports name its functions,
# and leaves the daemon's parent alone, whose leaks are nginx's own

$(BUILD)/asan/stay.so: tools/asan.c
	@mkdir -p $(@D)
	$(CC) -shared -fPIC -o $@ $< -ldl

asan_env = TEST_NGINX_MCP_ASAN=1 LD_PRELOAD=$(BUILD)/asan/stay.so \
    ASAN_OPTIONS=$(ASAN_OPTIONS) UBSAN_OPTIONS=print_stacktrace=1 \
    LSAN_OPTIONS=suppressions=$(CURDIR)/tools/lsan.supp:print_suppressions=0

asan: $(ASAN_SO)  ## build the module with sanitizers, in build/asan

asan-unit: $(ASAN_NGX)/nginx
	@$(pure) $(asan_unit_flags) tests
	@UBSAN_OPTIONS=print_stacktrace=1 \
	    tools/tap -j$(JOBS) $(UNIT_TESTS:%=$(BUILD)/asan-unit/%)

# not the size of a worker, which sanitizers make theirs, and not the
# configurations of the documents, which nginx -t leaves to its exit

ASAN_TESTS = $(filter-out t/52-memory.t t/70-docs.t,$(TESTS))

ASAN_PYTHON = $(wildcard t/auth_*_test.py t/fetch_test.py)

check-asan: asan $(BUILD)/asan/stay.so  ## unit and module tests with sanitizers
	@tools/deps.sh check
	@rm -f $(TALLY)-asan
	@tools/tally $(TALLY)-asan unit 600 $(MAKE) --no-print-directory asan-unit
	@$(call test_env,$(ASAN_NGX)/nginx,$(ASAN_SO)) $(asan_env) \
	    tools/tally $(TALLY)-asan module 1200 \
	    tools/tap -j$(JOBS) $(ASAN_TESTS)
	@for t in $(ASAN_PYTHON); do \
	    $(call test_env,$(ASAN_NGX)/nginx,$(ASAN_SO)) $(asan_env) \
	    tools/tally $(TALLY)-asan $$(basename $$t _test.py) 600 \
	        tools/pyunit $$t || exit 1; done
	@tools/tally $(TALLY)-asan

fuzz: $(BUILD)/Makefile $(NGINX_FULL)/configure  ## fuzz src/pure, FUZZ_SECONDS=60
	@$(pure) $(fuzz_flags) fuzz
	@FUZZ_SECONDS=$(FUZZ_SECONDS) tools/run-fuzz $(BUILD)/fuzz


# checks of the source

check: all  ## style, floors, names, cppcheck
	@bad=0; \
	tools/style $(C_FILES) || bad=1; \
	tools/layout $(C_FILES) || bad=1; \
	tools/floors || bad=1; \
	tools/symbols $(SO) || bad=1; \
	cppcheck -q --enable=warning,performance,portability --std=c99 \
	    --inline-suppr --error-exitcode=1 $(filter %.c,$(SOURCES)) || bad=1; \
	[ $$bad = 0 ] && echo "check: $(words $(C_FILES)) files, no fault"

LINT := -*,clang-analyzer-*,bugprone-*,\
-bugprone-easily-swappable-parameters,-bugprone-assignment-in-if-condition,\
-bugprone-reserved-identifier,-clang-analyzer-security.insecureAPI.*

lint: all  ## clang-tidy, for reading
	clang-tidy-14 --quiet -checks='$(LINT)' $(filter %.c,$(SOURCES)) -- \
	    $(addprefix -I,$(BUILD) $(call headers,$(NGINX_SRC)) \
	        $(NGINX_SRC)/src/event/modules $(NGINX_SRC)/src/http \
	        $(NGINX_SRC)/src/http/modules $(NGINX_SRC)/src/http/v2 \
	        $(wildcard src/*))

LIZARD := 1.24.3

$(BUILD)/venv/lizard-$(LIZARD):
	python3 -m venv $(BUILD)/venv
	$(BUILD)/venv/bin/pip install -q --disable-pip-version-check \
	    lizard==$(LIZARD)
	@touch $@

metrics: $(BUILD)/venv/lizard-$(LIZARD)  ## size and complexity beside our goals
	@$(BUILD)/venv/bin/python tools/metrics

VERSION = $(shell sed -n '1s/^Changes with mcp \([^ ]*\).*/\1/p' CHANGES \
            2>/dev/null | grep . || git describe --always)

dist:  ## a source archive of HEAD, in build/
	@mkdir -p $(BUILD)
	git archive --prefix=mcp-nginx-$(VERSION)/ HEAD \
	    | gzip -9n > $(BUILD)/mcp-nginx-$(VERSION).tar.gz
	@echo $(BUILD)/mcp-nginx-$(VERSION).tar.gz

clean:  ## remove what was built, but the cache
	find $(BUILD) -mindepth 1 -maxdepth 1 ! -name cache ! -name suites \
	    -exec rm -rf {} +
	rm -rf t/servroot*

distclean:  ## remove build/ and all in it
	rm -rf $(BUILD) t/servroot*

FORCE:

.PHONY: all help deps debug token install uninstall run unit-build unit \
        suites suites-there test-suites test test-real bench nginx-src asan \
        asan-unit check-asan fuzz check lint metrics dist clean distclean FORCE
