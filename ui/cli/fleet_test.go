package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"unibox/state/postgres/pgtest"
)

// fleetRun runs unibox fleet on a config whose [fleet] is database.
func fleetRun(t *testing.T, database, dir string, args ...string) (out string, err error) {
	t.Helper()
	t.Setenv("UNIBOX_TEST_DATABASE", database)
	file := filepath.Join(dir, "config.toml")
	if err := os.WriteFile(file, []byte("[fleet]\ndatabase_env = \"UNIBOX_TEST_DATABASE\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	args = append([]string{"fleet"}, append(args, "--config", file)...)
	if args[1] != "check" {
		args = append(args, "--state", filepath.Join(dir, "state"))
	}
	var said bytes.Buffer
	root := program{}.rootCommand()
	root.SetArgs(args)
	root.SetOut(&said)
	err = root.ExecuteContext(t.Context())
	return said.String(), err
}

func TestABoxJoinsAndLeavesByCommand(t *testing.T) {
	database, dir := pgtest.Database(t), t.TempDir()
	for _, tt := range []struct{ does, says, fails string }{
		{"leave", "", "this box belongs to no team"},
		{"join", "This box belongs to the team now. It brought nothing.\n", ""},
		{"join", "", "this box belongs to the team already"},
		{"leave", "This box belongs to no team any more. The team keeps nothing.\nTake [fleet] out of the config before you start unibox.\n", ""},
	} {
		out, err := fleetRun(t, database, dir, tt.does)
		if out != tt.says || (err == nil) != (tt.fails == "") || err != nil && err.Error() != tt.fails {
			t.Errorf("%s: %q, %v", tt.does, out, err)
		}
	}
}

func TestFleetCheck(t *testing.T) {
	database := pgtest.Database(t)
	out, _ := fleetRun(t, database, t.TempDir(), "check")
	for _, want := range []string{"it is PostgreSQL ", "it is empty: the first box that joins makes the schema", "notices arrive", "fsync or synchronous_commit is off"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in\n%s", want, out)
		}
	}
	pgtest.Exec(t, database, "CREATE ROLE "+role(t, database)+" LOGIN")
	out, err := fleetRun(t, strings.Replace(database, "user=postgres", "user="+role(t, database), 1), t.TempDir(), "check")
	if err == nil || !strings.Contains(out, "its user may not make the schema unibox") {
		t.Errorf("%v\n%s", err, out)
	}
	out, err = fleetRun(t, "host=/nowhere password=geheim", t.TempDir(), "check")
	if err == nil || strings.Contains(out, "geheim") || !strings.Contains(out, "the team's database does not answer") {
		t.Errorf("%v\n%s", err, out)
	}
}

// role is a user of the test's own.
func role(t *testing.T, database string) string {
	t.Helper()
	_, name, _ := strings.Cut(database, "dbname=")
	t.Cleanup(func() {
		pgtest.Exec(t, strings.Replace(database, name, "postgres", 1), "DROP ROLE IF EXISTS "+name)
	})
	return name
}
