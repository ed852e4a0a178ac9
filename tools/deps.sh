#!/bin/bash
# deps.sh         installs what building, testing and checking need (root)
# deps.sh check   says what is missing, installs nothing
#
# Quick when all is there.  Services that packages bring are not started.
set -euo pipefail

cd "$(dirname "$0")/.."

packages=(
    # building
    nginx nginx-dev gcc make libc6-dev
    libcjson-dev libjwt-dev libssl-dev libpcre2-dev zlib1g-dev
    # testing
    perl libio-socket-ssl-perl curl openssl jq procps python3 python3-venv
    python3-cryptography
    nghttp2-client prometheus wrk
    # checking, and nginx from its source
    binutils cppcheck uncrustify clang-14 clang-tidy-14 libclang-rt-14-dev
    llvm-14 dpkg-dev
)

for tool in node npm; do
    command -v $tool >/dev/null || packages+=(${tool/#node/nodejs})
done

missing() {
    local have
    have=$(dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' "$@" \
           2>/dev/null | sed -n 's/^ii  *//p' || true)
    printf '%s\n' "$@" | grep -vxF "$have" || true
}

has_test_nginx() {
    perl -MTest::Nginx::Socket -e 1 2>/dev/null
}

need=$(missing "${packages[@]}")

if [ "${1:-}" = check ]; then
    has_test_nginx || need="$need libtest-nginx-perl"
    [ -z "$need" ] || { echo "missing:" $need "- run make deps" >&2; exit 1; }
    exit 0
fi

# dpkg starts services unless this file says no

policy=/usr/sbin/policy-rc.d
if { [ -n "$need" ] || ! has_test_nginx; } && [ ! -e $policy ]; then
    trap 'rm -f $policy' EXIT
    printf '#!/bin/sh\nexit 101\n' > $policy
    chmod 755 $policy
fi

export DEBIAN_FRONTEND=noninteractive

install() {
    local log
    log=$(mktemp)
    echo "installing: $*"
    apt-get install -y -qq --no-install-recommends "$@" > "$log" 2>&1 \
        || { tail -n 30 "$log" >&2; exit 1; }
    rm -f "$log"
}

if [ -n "$need" ]; then
    apt-get update -qq
    install $need

    case " $(echo $need) " in
        *" prometheus "*)   # the tests start one of their own
            systemctl disable -q prometheus 2>/dev/null || true ;;
    esac
fi

# Test::Nginx is in sid only; what it depends on is taken from this release

if ! has_test_nginx; then
    [ -n "$need" ] || apt-get update -qq
    state=$(mktemp -d)
    tools/deb-get sid "$state" download libtest-nginx-perl
    chmod 755 "$state"
    install "$state"/libtest-nginx-perl_*.deb
    rm -rf "$state"
fi

# another python3 than Debian's may stand first in the path

python3 -c 'import cryptography' 2>/dev/null \
    || python3 -m pip install -q --disable-pip-version-check \
        cryptography==48.0.0

for more in t/clients/deps.sh t/real/deps.sh; do
    [ ! -f $more ] || bash $more
done
