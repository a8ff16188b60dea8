# MPIC for nginx.  "make help" lists the targets.

# the nginx to build for: any source tree with configure and src/
NGX_SRC  ?= /usr/share/nginx/src
NGX_BIN  ?= nginx
BUILD    ?= build

# arguments for nginx's configure: of a tree that has no conf_flags of its own, as
# Debian's has, and extra ones for either
NGX_CONF_FLAGS     ?= --with-compat --with-http_ssl_module \
                      --with-http_v2_module --with-threads
NGX_CONFIGURE_ARGS ?=

# where "make install" puts the modules: where that nginx looks for them
MODULES_DIR ?= $(shell $(NGX_BIN) -V 2>&1 \
    | sed -n 's/.*--modules-path=\([^ ]*\).*/\1/p')

CC       ?= cc
CFLAGS   ?= -g -O2 -fno-omit-frame-pointer
WARNINGS  = -std=gnu99 -W -Wall -Wextra -Wpointer-arith -Wshadow \
            -Wno-unused-parameter -Wmissing-prototypes -Wvla -Werror

MODULES   = $(BUILD)/ngx_http_mpic_module.so \
            $(BUILD)/ngx_http_mpic_perspective_module.so
SOURCES   = config event/ngx_mpic.map $(wildcard mpic/*.[ch] event/*.[ch] \
            status/*.[ch] \
            ngx_mpic_module/*.[ch] perspective_module/*.[ch])

RULES_LIBS = -lcurl -lcares -lcjson -lidn2 -lunistring -lpcre2-8 -lresolv \
             -lcrypto -lm
RULES_OBJ  = $(patsubst mpic/%.c,$(BUILD)/unit/mpic/%.o,$(wildcard mpic/*.c))
UNIT_TESTS = $(patsubst t/unit/%.c,$(BUILD)/unit/%,$(wildcard t/unit/*_test.c))

ifeq ($(V),)
Q     = @
QUIET = -s
endif

FUZZ_CC      ?= clang
FUZZ_FLAGS    = -g -O1 -fno-omit-frame-pointer -fno-sanitize-recover=all
FUZZ_TARGETS  = $(patsubst t/fuzz/%_fuzz.c,$(BUILD)/fuzz/%, \
                $(wildcard t/fuzz/*_fuzz.c))
FUZZ_OBJ      = $(patsubst mpic/%.c,$(BUILD)/fuzz/mpic/%.o, \
                $(wildcard mpic/*.c))

.PHONY: all modules install uninstall units unit fuzz test demo clean help

all: modules

modules: $(MODULES)  ## build both modules (the default); NGX_SRC=… for another nginx

# nginx's configure writes into the tree it runs in: work on a copy.  It runs
# again when a source file comes or goes.
CONFIGURED = $(BUILD)/nginx/objs/Makefile
SOURCE_LIST := $(shell mkdir -p $(BUILD); \
    new=$$(mktemp $(BUILD)/list.XXXXXX); \
    echo '$(NGX_SRC) $(NGX_CONF_FLAGS) $(NGX_CONFIGURE_ARGS) $(SOURCES)' > $$new; \
    cmp -s $$new $(BUILD)/list && rm $$new || mv $$new $(BUILD)/list)

$(CONFIGURED): config $(BUILD)/list
	@test -x $(NGX_SRC)/configure || \
	    { echo "no nginx sources in $(NGX_SRC):" \
	      "install nginx-dev, or set NGX_SRC"; exit 1; }
	rm -rf $(BUILD)/nginx
	mkdir -p $(BUILD)/nginx
	cp -rL $(NGX_SRC)/. $(BUILD)/nginx/
	@cd $(BUILD)/nginx && bash -c 'NGX_CONF_FLAGS=($(NGX_CONF_FLAGS)); \
	    test ! -f conf_flags || . ./conf_flags; \
	    ./configure "$${NGX_CONF_FLAGS[@]}" $(NGX_CONFIGURE_ARGS) \
	    --add-dynamic-module=$(CURDIR)' > configure.log 2>&1 \
	    || { cat configure.log; exit 1; }

$(BUILD)/modules.stamp: $(CONFIGURED) $(SOURCES)
	@echo "building the modules for the nginx of $(NGX_SRC)" \
	    "(V=1 shows the commands)"
	$(Q)cd $(BUILD)/nginx && $(MAKE) --no-print-directory $(QUIET) \
	    -f objs/Makefile modules
	$(Q)cp $(BUILD)/nginx/objs/ngx_http_mpic_module.so \
	   $(BUILD)/nginx/objs/ngx_http_mpic_perspective_module.so $(BUILD)/
	@touch $@

$(MODULES): $(BUILD)/modules.stamp ;

install: $(MODULES)  ## put the modules where nginx looks for them (DESTDIR=…)
	@test -n "$(MODULES_DIR)" || \
	    { echo "$(NGX_BIN) -V tells no --modules-path:" \
	      "set MODULES_DIR"; exit 1; }
	install -d $(DESTDIR)$(MODULES_DIR)
	install -m 644 $(MODULES) $(DESTDIR)$(MODULES_DIR)

uninstall:  ## remove them from there (DESTDIR=…)
	@test -n "$(MODULES_DIR)" || \
	    { echo "$(NGX_BIN) -V tells no --modules-path:" \
	      "set MODULES_DIR"; exit 1; }
	rm -f $(patsubst $(BUILD)/%,$(DESTDIR)$(MODULES_DIR)/%,$(MODULES))

units: $(UNIT_TESTS)

unit: $(UNIT_TESTS)  ## build and run the unit tests of the rules
	@for t in $(UNIT_TESTS); do echo "# $$t"; $$t || exit 1; done

$(BUILD)/unit/mpic/%.o: mpic/%.c $(wildcard mpic/*.h)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(WARNINGS) -Impic -c -o $@ $<

$(BUILD)/unit/%: t/unit/%.c $(RULES_OBJ) $(wildcard t/unit/*.h mpic/*.h)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(WARNINGS) -Impic -It/unit -o $@ $< $(RULES_OBJ) \
	    -lcmocka $(RULES_LIBS)

fuzz: $(FUZZ_TARGETS)  ## build the fuzz targets (clang); run them by script/fuzz

$(BUILD)/fuzz/mpic/%.o: mpic/%.c $(wildcard mpic/*.h)
	@mkdir -p $(@D)
	$(FUZZ_CC) $(FUZZ_FLAGS) -fsanitize=fuzzer-no-link,address,undefined \
	    $(WARNINGS) -Impic -c -o $@ $<

$(BUILD)/fuzz/%: t/fuzz/%_fuzz.c $(FUZZ_OBJ) $(wildcard t/fuzz/*.h mpic/*.h)
	@mkdir -p $(@D)
	$(FUZZ_CC) $(FUZZ_FLAGS) -fsanitize=fuzzer,address,undefined \
	    $(WARNINGS) -Impic -It/fuzz -o $@ $< $(FUZZ_OBJ) -ljansson \
	    $(RULES_LIBS)

test:  ## all tests: units, modules, demo (installs what it needs)
	script/test

demo:  ## the real thing on loopback: an honest request and a hijacked one
	script/demo

clean:  ## remove what was built
	rm -rf $(BUILD)

help:  ## this list
	@sed -n 's/^\([a-z]*\):[^#]*## */\1\t/p' $(MAKEFILE_LIST) | expand -t 12
