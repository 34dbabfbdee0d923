package cli

import (
	"bytes"
	"context"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"unibox/api"
	"unibox/api/platforms"
	"unibox/state"
	"unibox/state/config"
	"unibox/state/postgres"
	"unibox/state/postgres/pgtest"
	"unibox/state/sqlite"
	"unibox/ui/app"
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
		{"leave --dry-run", "", "this box belongs to no team"},
		{"join --dry-run", "Nothing was done. Without --dry-run: this box joins the team, and brings nothing, but for what the team has already.\n", ""},
		{"join", "This box belongs to the team now. It brought nothing.\n", ""},
		{"join", "", "this box belongs to the team already"},
		{"join --dry-run", "", "this box belongs to the team already"},
		{"leave --dry-run", "Nothing was done. Without --dry-run: this box belongs to no team any more, and the team keeps nothing.\n", ""},
		{"leave --dry-run --without-team", "Nothing was done. Without --dry-run: this box belongs to no team any more, and what stays here is nothing.\n", ""},
		{"leave", "This box belongs to no team any more. The team keeps nothing.\nTake [fleet] out of the config before you start unibox.\n", ""},
	} {
		out, err := fleetRun(t, database, dir, strings.Fields(tt.does)...)
		if out != tt.says || (err == nil) != (tt.fails == "") || err != nil && err.Error() != tt.fails {
			t.Errorf("%s: %q, %v", tt.does, out, err)
		}
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// submitWithFile submits a reply with a file to a store, and returns where its copy is.
func submitWithFile(t *testing.T, dir, key string, options ...sqlite.Option) (copy string) {
	t.Helper()
	db, err := sqlite.Open(t.Context(), dir, state.NewFeed(), options...)
	check(t, err)
	copy = filepath.Join(dir, "outbox", key, "1-photo.jpg")
	id := api.ConversationID{Account: "shop", Remote: key}
	o := state.Outbound{Key: key, Conversation: id, Part: 1, Parts: 1, Submitted: time.Now(), Files: []state.File{{Path: copy, Name: "photo.jpg", MIME: "image/jpeg", Size: 5}}}
	_, err = db.Submit(t.Context(), state.Draft{Conversation: id}, []state.Outbound{o})
	check(t, err)
	check(t, db.Close())
	check(t, os.MkdirAll(filepath.Dir(copy), 0o700))
	check(t, os.WriteFile(copy, []byte("photo"), 0o600))
	return copy
}

// The files of messages go to the team with them: nobody else has them.
func TestFilesGoToTheTeamWithTheirMessages(t *testing.T) {
	database, dir := pgtest.Database(t), t.TempDir()
	team, err := postgres.Open(t.Context(), postgres.Options{Database: database})
	check(t, err)
	defer team.Close()
	there := func(key string) string {
		var got bytes.Buffer
		if err := team.GetFile(t.Context(), key, "1-photo.jpg", &got); err != nil {
			return err.Error()
		}
		return got.String()
	}
	submitWithFile(t, filepath.Join(dir, "state"), "before")
	out, err := fleetRun(t, database, dir, "join")
	if err != nil || out != "This box belongs to the team now. It brought 1 message that is not done, 1 file.\n" || there("before") != "photo" {
		t.Fatalf("join: %q, %v; the file: %s", out, err, there("before"))
	}
	another, err := postgres.Open(t.Context(), postgres.Options{Database: database}) // the store closes it
	check(t, err)
	copy := submitWithFile(t, filepath.Join(dir, "state"), "after", sqlite.Fleet(another))
	check(t, os.Remove(copy))
	check(t, os.Mkdir(copy, 0o700)) // it cannot be read
	if out, err = fleetRun(t, database, dir, "leave"); err == nil || !strings.HasPrefix(err.Error(), "this box stays in the team, since not all files of its messages are there: ") {
		t.Fatalf("left without a file: %q, %v", out, err)
	}
	check(t, os.Remove(copy))
	check(t, os.WriteFile(copy, []byte("photo"), 0o600))
	out, err = fleetRun(t, database, dir, "leave")
	if err != nil || !strings.HasPrefix(out, "This box belongs to no team any more. The team keeps 2 messages that are not done, 1 file.\n") || there("after") != "photo" {
		t.Errorf("leave: %q, %v; the file: %s", out, err, there("after"))
	}
}

// What unibox send sends where nothing else of unibox runs brings its files to the box that sends.
func TestFilesGoToTheSenderWithoutASession(t *testing.T) {
	database, dir := pgtest.Database(t), t.TempDir()
	t.Setenv("UNIBOX_TEST_DATABASE", database)
	w := world{seed: 1, conversations: 1, messages: 1, quiet: true}
	served := w.server()
	web := httptest.NewServer(served)
	defer web.Close()
	file, photo := filepath.Join(dir, "config.toml"), filepath.Join(dir, "photo.jpg")
	check(t, os.WriteFile(file, []byte(w.config(served, web.URL)+"\n[fleet]\ndatabase_env = \"UNIBOX_TEST_DATABASE\"\n"), 0o600))
	check(t, os.WriteFile(photo, []byte("photo"), 0o600))
	list := app.Platforms{List: platforms.All()}
	c, _, err := config.Load(file, list.Config())
	check(t, err)
	box, err := app.Session{Dir: filepath.Join(dir, "state"), Config: c, Platforms: list}.Open(t.Context())
	check(t, err)
	defer box.Close()
	team, err := postgres.Open(t.Context(), postgres.Options{Database: database})
	check(t, err)
	defer team.Close()
	id := api.ConversationID{Account: box.Accounts[0].ID, Remote: "1"}
	elsewhere, stop := context.WithCancel(t.Context())
	holds, over := make(chan struct{}), make(chan error, 1)
	go func() {
		over <- team.Hold(elsewhere, []api.AccountID{id.Account}, "another box", 1<<20, func(ctx context.Context, _ state.FleetLease) error {
			close(holds)
			<-ctx.Done()
			return ctx.Err()
		})
	}()
	defer func() { stop(); <-over }()
	<-holds
	check(t, box.SaveConversations(t.Context(), []api.Conversation{{ID: id, Kind: "whatsapp", Contact: api.Contact{Name: "Mia"}}}))
	rows, err := box.Outbox.Submit(t.Context(), state.Draft{Conversation: id, Files: []state.File{{Path: photo}}}, nil)
	check(t, err)
	copied := rows[len(rows)-1]
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	check(t, box.Deliver(ctx, id.Account, func(ctx context.Context) error {
		for {
			if has, err := team.HasFile(ctx, copied.Key, filepath.Base(copied.Files[0].Path)); has || err != nil {
				return err
			}
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(20 * time.Millisecond):
			}
		}
	}))
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
