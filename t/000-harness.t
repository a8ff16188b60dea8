# The JSON checks of MPIC.pm can fail.

use strict;
use warnings;

use lib 't/lib';

require MPIC;
use JSON::PP ();
use Test::More;

my $data = JSON::PP->new->decode(<<'JSON');
{"yes": true, "no": false, "null": null, "text": "a b", "zero": 0,
 "big": 1795446413512782601, "list": [{"perspective_code": "p1", "x": 1},
 {"perspective_code": "p2", "x": 2}], "empty": []}
JSON

for (['yes', '=', 'true', 1],           ['yes', '=', 'false', 0],
     ['yes', '=', '1', 0],              ['no', '!=', 'true', 1],
     ['no', '=', '0', 0],               ['zero', '=', 'false', 0],
     ['null', '=', 'null', 1],          ['null', '=', 'false', 0],
     ['null', 'exists', '', 1],         ['null', 'absent', '', 0],
     ['nothing', 'exists', '', 0],      ['nothing', 'absent', '', 1],
     ['nothing', '=', 'null', 0],       ['nothing', '!=', '1', 0],
     ['nothing', '!~', 'x', 0],         ['nothing', '#=', '0', 0],
     ['text', '=', '"a b"', 1],         ['text', '=~', '^a', 1],
     ['text', '=~', '^b', 0],           ['text', '!~', 'b', 0],
     ['big', '=', '1795446413512782601', 1],
     ['big', '=', '1795446413512782600', 0],
     ['list', '#=', '2', 1],            ['list', '#=', '3', 0],
     ['list[p2].x', '=', '2', 1],       ['list[p1].x', '=', '2', 0],
     ['list[p3].x', 'exists', '', 0],   ['list.1.x', '=', '2', 1],
     ['list.2', 'absent', '', 1],       ['empty', '#=', '0', 1],
     ['empty', '=', '[]', 1],           ['text.x', 'absent', '', 1])
{
    my ($path, $operator, $expected, $passes) = @$_;
    my ($found, $value) = MPIC::find($data, $path);

    is(MPIC::compare($operator, $found, $value, $expected) ? 1 : 0, $passes,
       "$path $operator $expected: " . ($passes ? 'passes' : 'fails'));
}

eval { MPIC::check_line('name', $data, 'yes == true', '') };
like($@, qr/cannot read the line/, 'a line that cannot be read is an error');

done_testing();
