# How lint compiles a C file; sourced by script/lint, which sets $here, $out,
# $tools, $BUILD and $JOBS.
#
# shellcheck disable=SC2034   # the lists of warnings are used by their names

warnings_all="-Wall -Wextra -Wshadow -Wstrict-prototypes -Wold-style-definition
    -Wmissing-prototypes -Wmissing-declarations -Wredundant-decls
    -Wnested-externs -Wvla -Wundef -Wpointer-arith -Wformat=2 -Winit-self
    -Werror"

# for the rules alone: callbacks of nginx and libcurl take what they are given,
# and nginx has "u_char *" and "char *" where constants are meant
warnings_rules="-Wcast-qual -Wwrite-strings -Wunused-macros"
warnings_nginx="-Wno-unused-parameter"

# tests make formats and too long texts on purpose, and abort without memory
warnings_tests="-Wno-unused-parameter -Wno-format-nonliteral"

warnings_gcc="-Wlogical-op -Wduplicated-cond -Wduplicated-branches
    -Wnull-dereference -Wjump-misses-init -Wformat-signedness
    -Wformat-overflow=2 -Wformat-truncation=2 -Wstringop-overflow=4
    -Walloc-zero -Wtrampolines -Wunused-const-variable=2"
warnings_gcc_tests="-Wno-null-dereference -Wformat-truncation=1"

# -Wconversion of gcc counts every assignment to a bit-field
warnings_clang="-Wshorten-64-to-32 -Wconditional-uninitialized -Wcomma
    -Wassign-enum -Wloop-analysis -Wunreachable-code"
warnings_clang_rules="-Wconversion -Wno-sign-conversion"


c_files() {
    tree_files '*.c'
}


# what FILE needs to compile; nginx's headers are a system's, so that their
# warnings are not ours to mend

compile_flags() {
    local flags="-std=gnu99 -O2 -Impic"

    case "$1" in
    mpic/*) ;;
    t/sanitizers/*)
            flags="$flags -I$BUILD/lint/made $nginx_includes" ;;
    t/*)    flags="$flags -It/unit -I${1%/*}" ;;
    *)      flags="$flags -Ievent -Istatus -I${1%/*} $nginx_includes" ;;
    esac

    echo "$flags"
}


# the nginx that the modules are built for, configured

configure_nginx() {
    local tree=$BUILD/nginx

    nginx_includes=

    if [ -f Makefile ]; then
        make -s BUILD="$BUILD" "$tree/objs/Makefile"

        nginx_includes=$(sed -n '/^ALL_INCS/,/^$/p' "$tree/objs/Makefile" \
            | tr ' ' '\n' | sed -nE "s,^(src/.*|objs)\$,-isystem $tree/\1,p" \
            | tr '\n' ' ')
    fi

    # the header that script/build-sanitized writes has folders of its own
    mkdir -p "$out/made"
    echo '#define MPIC_REPORTS  ""
#define MPIC_SUPPRESSIONS  ""' > "$out/made/ngx_mpic_sanitizers.h"

    export nginx_includes BUILD
}


# A file that was found clean is not looked at again while nothing that it is
# made of has changed: files named by "sum_of" stand for those.

# sum_of RULES FILE FLAGS

sum_of() {
    # shellcheck disable=SC2046,SC2086
    { echo "$1 $2 $3"; cat $(clang $3 -MM -MT '' "$2" | tr -d ':\134'); } \
        | sha256sum | cut -c 1-32
}


# all files on standard input, by gcc or clang

compile_all() {
    configure_nginx
    mkdir -p "$out/compiled"

    compile_rules=$("$1" --version
                    declare -f compile_one compile_flags
                    echo "$nginx_includes")
    export "${!warnings_@}" compile_rules out
    export -f compile_one compile_flags sum_of

    xargs -r -n 1 -P "$JOBS" bash -c 'compile_one "$@"' bash "$1" 2>&1
}


compile_one() {
    local kind own=warnings_$1 more flags sum

    case "$2" in
    mpic/*) kind=rules ;;
    t/sanitizers/*) kind=nginx ;;
    t/*)    kind=tests ;;
    *)      kind=nginx ;;
    esac

    more=${own}_$kind
    kind=warnings_$kind

    flags=$(compile_flags "$2")
    more="$warnings_all ${!own} ${!kind} ${!more:-}"
    sum=$(sum_of "$compile_rules $more" "$2" "$flags")

    if [ -f "$out/compiled/$sum" ]; then
        return
    fi

    # shellcheck disable=SC2046,SC2086
    "$1" $flags $more -fdiagnostics-color=never -c -o /dev/null "$2" \
        && touch "$out/compiled/$sum"
}


# A function's paths are followed to so many steps in all; with clang's own
# bound, 225000, it takes five times as long: TIDY_STEPS=225000 script/lint tidy

tidy_all() {
    configure_nginx
    mkdir -p "$out/tidy"

    tidy_steps=${TIDY_STEPS:-50000}

    tidy_rules=$(clang-tidy --version; cat "$here/.clang-tidy"
                 declare -f tidy_one compile_flags
                 echo "$nginx_includes $tidy_steps")
    export tidy_rules tidy_steps out here
    export -f tidy_one compile_flags sum_of

    xargs -r -n 1 -P "$JOBS" bash -c 'tidy_one "$@"' bash 2>&1
}


tidy_one() {
    local flags sum log checks=

    flags=$(compile_flags "$1")

    sum=$(sum_of "$tidy_rules" "$1" "$flags")

    if [ -f "$out/tidy/$sum" ]; then
        return
    fi

    # the analyser takes minutes for the tables of the unit tests, which run
    # under sanitizers anyway; messages of tests hold octets, not strings
    case "$1" in
    t/*) checks='-clang-analyzer-*,-bugprone-not-null-terminated-result' ;;
    esac

    log=$(mktemp "$out/tidy/log.$$.XXXXXX")

    # shellcheck disable=SC2086
    if clang-tidy --quiet --config-file="$here/.clang-tidy" \
           ${checks:+--checks="$checks"} "$1" -- $flags \
           -Xclang -analyzer-config -Xclang "max-nodes=$tidy_steps" \
           > "$log" 2>&1
    then
        mv "$log" "$out/tidy/$sum"
        return
    fi

    sed "s|^$PWD/||" "$log"
    rm "$log"

    return 1
}
