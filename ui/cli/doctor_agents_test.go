package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"unibox/state/config"
	"unibox/ui/cli/authkeys"
)

// doctor says which agent has no key, and which folder or file of keys others can get at.
func TestDoctorLooksAtAgents(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no modes")
	}
	dir := t.TempDir()
	keys, state := filepath.Join(dir, "authorized_keys"), filepath.Join(dir, "state")
	b := &station{T: t}
	for _, agent := range []string{"olga", "gone"} {
		if _, err := (authkeys.File{Path: keys}).Add(agent, b.signer().PublicKey(), authkeys.Command{"unibox", "--agent", agent}); err != nil {
			t.Fatal(err)
		}
	}
	own := filepath.Join(state, "agents", "olga", "files")
	if err := os.MkdirAll(own, 0o700); err != nil {
		t.Fatal(err)
	}
	c := config.Config{Agents: []config.Agent{{Name: "olga"}, {Name: "pavel", Folder: filepath.Join(dir, "pavels")}}}
	says := func() (all string) {
		for _, f := range examineAgents(c, state, keys) {
			all += fmt.Sprintf("%d %s %s\n", f.verdict, f.says, f.todo)
		}
		return all
	}
	want := "0 olga: rights admin, 1 key \n1 pavel has no key: nobody logs in as them unibox agents add pavel --key FILE lets somebody in\n"
	if got := says(); !strings.HasPrefix(got, want) || !strings.Contains(got, "1 "+keys+" has a line for gone") || strings.Contains(got, "2 ") {
		t.Errorf("%s", got)
	}
	for path, want := range map[string]string{own: "2 " + own + " is open to others", keys: "2 others can write " + keys} {
		if err := os.Chmod(path, 0o777); err != nil {
			t.Fatal(err)
		}
		if got := says(); !strings.Contains(got, want) || !strings.Contains(got, "chmod ") {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
}
