#!/usr/bin/env perl
#
# The memory of the processes below those of the given pid files, as JSON, in
# KiB: what is resident (RSS), what of it others share taken in parts (PSS), and
# what is theirs alone.
#
#   bench/memory.pl FILE …

use strict;
use warnings;

use FindBin;
use JSON::PP;
use lib $FindBin::Bin;
use MPICBench;

print JSON::PP->new->canonical->encode([
    map { {%{MPICBench::memory($_)}, name => MPICBench::command($_)} }
        map { MPICBench::processes(MPICBench::pid($_)) } @ARGV
]), "\n";
