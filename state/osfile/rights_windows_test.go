package osfile

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/windows"
)

func TestAFileIsExposedByAnEntryOfAnother(t *testing.T) {
	path := filepath.Join(t.TempDir(), "token")
	ok(t, os.WriteFile(path, nil, 0o600))
	info, err := os.Stat(path)
	us, err2 := windows.GetCurrentProcessToken().GetTokenUser()
	all, err3 := windows.CreateWellKnownSid(windows.WinWorldSid)
	system, err4 := windows.CreateWellKnownSid(windows.WinLocalSystemSid)
	ok(t, err, err2, err3, err4)
	if _, err := Exposed(path, info); err != nil {
		t.Error(err)
	}
	if _, err := Exposed(path+".none", info); err == nil {
		t.Error("of no file it is known who may read it")
	}
	for _, want := range []bool{false, true, false} {
		entries := []windows.EXPLICIT_ACCESS{allow(us.User.Sid, windows.GENERIC_ALL), allow(system, windows.GENERIC_ALL)}
		if want {
			entries = append(entries, allow(all, windows.GENERIC_READ))
		}
		list, err := windows.ACLFromEntries(entries, nil)
		ok(t, err)
		if got, err := exposes(list); got != want || err != nil {
			t.Errorf("with %d entries: %v, %v", len(entries), got, err)
		}
	}
	if todo := Protect(path, info); !strings.HasPrefix(todo, `icacls "`+path+`" /inheritance:r /grant:r "`) {
		t.Errorf("%s", todo)
	}
}

func allow(sid *windows.SID, mask windows.ACCESS_MASK) windows.EXPLICIT_ACCESS {
	return windows.EXPLICIT_ACCESS{
		AccessPermissions: mask, AccessMode: windows.GRANT_ACCESS,
		Trustee: windows.TRUSTEE{TrusteeForm: windows.TRUSTEE_IS_SID, TrusteeValue: windows.TrusteeValueFromSID(sid)},
	}
}
