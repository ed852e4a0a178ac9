# Floor 0 without nginx: unit tests, suites and fuzz targets.  Compiled with
# src/pure and nginx's headers alone, so an include upward does not compile;
# linked with four objects of nginx itself.  Called by the Makefile, with
#
#   OUT     folder of all that is made
#   V       1 to see commands
#   CC FLAGS LINK
#   INC     folders of nginx's headers, that of ngx_auto_config.h included
#   SRC     nginx's sources, compiled unless
#   NGX     is a folder with nginx's objects

CORE := core/ngx_palloc core/ngx_string core/ngx_array os/unix/ngx_alloc
LIBS := -lcjson -lpcre2-8 -lcrypto -lz

WARN := -W -Wall -Wpointer-arith -Wno-unused-parameter -Werror

q := $(if $(V),,@)

compile = $(CC) $(WARN) $(FLAGS) $(addprefix -I,$(INC)) -Isrc/pure -It/unit \
          -MMD -MP -c -o $@ $<

ifeq ($(NGX),)
core := $(CORE:%=$(OUT)/ngx/%.o)
else
core := $(CORE:%=$(NGX)/src/%.o)
endif

pure  := $(patsubst %.c,$(OUT)/%.o,$(wildcard src/pure/*.c))
stubs := $(OUT)/t/unit/stubs.o
tests := $(patsubst t/unit/%.c,$(OUT)/%,$(wildcard t/unit/test_*.c))
runs  := $(patsubst t/unit/%.c,$(OUT)/%,$(wildcard t/unit/suite_*.c))
fuzz  := $(patsubst fuzz/%.c,$(OUT)/%,$(wildcard fuzz/fuzz_*.c))

tests: $(tests)
suites: $(runs)
fuzz: $(fuzz)

$(OUT)/ngx/%.o: $(SRC)/src/%.c
	@mkdir -p $(@D); echo "  $(CC) $<"
	$(q)$(compile)

$(OUT)/%.o: %.c
	@mkdir -p $(@D); echo "  $(CC) $<"
	$(q)$(compile)

$(tests) $(runs): $(OUT)/%: $(OUT)/t/unit/%.o $(stubs) $(pure) $(core)
	$(q)$(CC) $(FLAGS) $(LINK) -o $@ $^ $(LIBS)

$(fuzz): $(OUT)/%: $(OUT)/fuzz/%.o $(stubs) $(pure) $(core)
	$(q)$(CC) $(FLAGS) $(LINK) -o $@ $^ $(LIBS)

-include $(shell find $(OUT) -name '*.d' 2>/dev/null)

.SECONDARY:
.PHONY: tests suites fuzz
