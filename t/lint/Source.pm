package Source;

# A C file as lint's checks look at it: its lines as they are, and the same
# lines with comments and what is between quotation marks blanked.

use strict;
use warnings;

use Exporter 'import';

our @EXPORT_OK = qw(complain complaints source functions);

my $complaints = 0;


sub complain {
    my ($file, $line, $text) = @_;

    print "$file:$line: $text\n";
    $complaints++;
}


# for exit

sub complaints {
    return $complaints ? 1 : 0;
}


# { file, lines, code }: both from 0, without line ends

sub source {
    my ($file) = @_;

    open my $fh, '<:encoding(UTF-8)', $file or die "$file: $!\n";
    local $/;
    my $text = <$fh> // '';
    close $fh;

    # a string, a character constant or a comment, each longest first
    my $code = $text =~ s{
        ( " (?: [^"\\\n] | \\. )* " | ' (?: [^'\\\n] | \\. )* ' )
        | ( /\* .*? \*/ )
    }{ defined $1 ? quoted($1) : blank($2) }gersx;

    return {
        file  => $file,
        lines => [split /\n/, $text, -1],
        code  => [split /\n/, $code, -1],
    };
}


sub blank {
    return $_[0] =~ s/[^\n]/ /gr;
}


sub quoted {
    my ($text) = @_;

    my $mark = substr $text, 0, 1;

    return $mark . blank(substr $text, 1, -1) . $mark;
}


# The functions of a file in nginx's layout, as
#
#     { name, type, start, open, end }
#
# "start" the index of the line that begins with the name, "open" that of the
# first brace, "end" that of the closing one; "type" what stands before the
# name on its line, which is nothing where the layout is kept.

sub functions {
    my ($source) = @_;

    my @found;
    my $code = $source->{code};

    for (my $i = 0; $i < @$code; $i++) {
        my ($type, $name) = $code->[$i] =~ /^(\w[\w *]*?[ *])?(\w+)\(/ or next;

        my $open = $i;
        $open++ while $open < @$code && $code->[$open] !~ /[{;]/;

        next if $open == @$code || $code->[$open] !~ /^[^;]*\{/;

        my $end = $open;
        $end++ while $end < $#$code && $code->[$end] !~ /^\}/;

        push @found, {
            name => $name, type => $type // '', start => $i, open => $open,
            end => $end,
        };

        $i = $end;
    }

    return @found;
}


1;
