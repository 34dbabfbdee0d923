package pgtest

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// Server is a server of a test's own, which may be killed.
type Server struct {
	tb     testing.TB
	folder string
}

// NewServer starts one.
func NewServer(tb testing.TB) *Server {
	tb.Helper()
	Socket(tb) // where there is none, there may be no PostgreSQL at all
	folder, err := os.MkdirTemp("/tmp", "unibox-pg-")
	if err != nil {
		tb.Fatal(err)
	}
	s := &Server{tb, folder}
	tb.Cleanup(func() { s.script("stop") })
	s.script("start")
	return s
}

// Standby starts a server that follows s.
func (s *Server) Standby() *Server {
	s.tb.Helper()
	folder, err := os.MkdirTemp("/tmp", "unibox-pg-")
	if err != nil {
		s.tb.Fatal(err)
	}
	other := &Server{s.tb, folder}
	s.tb.Cleanup(func() { other.script("stop") })
	other.script("standby", s.folder)
	return other
}

// Promote makes a standby the server that takes writes.
func (s *Server) Promote() { s.tb.Helper(); s.script("promote") }

// Halt ends the server at once, for good.
func (s *Server) Halt() { s.tb.Helper(); s.script("halt") }

// Exec runs statements of whoever runs the server.
func (s *Server) Exec(statements ...string) {
	s.tb.Helper()
	run(s.tb, address(s.folder, "postgres"), statements...)
}

// Wait waits until a question to the server is answered with true.
func (s *Server) Wait(ask string) {
	s.tb.Helper()
	ctx := context.Background()
	c, err := pgx.Connect(ctx, address(s.folder, "postgres"))
	if err != nil {
		s.tb.Fatal(err)
	}
	defer func() { _ = c.Close(ctx) }()
	for is := false; !is; time.Sleep(10 * time.Millisecond) {
		if err := c.QueryRow(ctx, ask).Scan(&is); err != nil {
			s.tb.Fatalf("%s: %v", ask, err)
		}
	}
}

// script runs .ci/postgres.
func (s *Server) script(does string, more ...string) {
	s.tb.Helper()
	out, err := exec.CommandContext(context.Background(), filepath.Join(top(s.tb), ".ci", "postgres"), append([]string{does, s.folder}, more...)...).CombinedOutput()
	if err != nil {
		s.tb.Fatalf(".ci/postgres %s: %v\n%s", does, err, out)
	}
}

// top is the folder of the module, above that of the test: a build may leave out where its files were.
func top(tb testing.TB) string {
	tb.Helper()
	dir, err := os.Getwd()
	for err == nil {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		above := filepath.Dir(dir)
		if above == dir {
			err = os.ErrNotExist
		}
		dir = above
	}
	tb.Fatalf("the folder of the module is not found: %v", err)
	return ""
}

// Database makes an empty database there.
func (s *Server) Database() string {
	s.tb.Helper()
	run(s.tb, address(s.folder, "postgres"), "CREATE DATABASE "+team)
	return s.Team()
}

// team is the database of a server of a test's own.
const team = "team"

// Team is how the database that Database made is reached, also on a standby.
func (s *Server) Team() string { return address(s.folder, team) }

// Restart ends the server at once, as kill -9 does, and starts it again.
func (s *Server) Restart() {
	s.tb.Helper()
	s.script("restart")
}

// Copy copies a database as it is now under another name, as a backup does, and returns
// how the copy is reached. Nobody may be connected to it.
func Copy(tb testing.TB, database string) string {
	tb.Helper()
	_, name, _ := strings.Cut(database, "dbname=")
	run(tb, address(Socket(tb), "postgres"), "CREATE DATABASE "+name+"_copy TEMPLATE "+name)
	tb.Cleanup(func() { run(tb, address(Socket(tb), "postgres"), "DROP DATABASE "+name+"_copy WITH (FORCE)") })
	return database + "_copy"
}
