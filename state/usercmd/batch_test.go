package usercmd

import "testing"

// A file's name is of a customer: no batch file gets one that the shell of Windows would obey.
func TestABatchFileGetsNothingThatItsShellObeys(t *testing.T) {
	for _, c := range []struct {
		system, program, arg string
		refused              bool
	}{
		{"windows", `C:\tools\look.bat`, `C:\in\a&calc.pdf`, true},
		{"windows", `C:\tools\look.CMD`, `100%PATH%.pdf`, true},
		{"windows", `C:\tools\look.cmd. `, `a"b`, true},
		{"windows", `C:\tools\look.bat`, `C:\in\an order.pdf`, false},
		{"windows", `C:\tools\look.exe`, `a&calc.pdf`, false},
		{"linux", "/tools/look.bat", "a&calc.pdf", false},
	} {
		if err := checkBatch(c.system, c.program, []string{c.arg}); (err != nil) != c.refused {
			t.Errorf("%s %s %s: %v", c.system, c.program, c.arg, err)
		}
	}
}
