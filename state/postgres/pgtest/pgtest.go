// Package pgtest gives tests a PostgreSQL database of their own on a real server.
//
// UNIBOX_TEST_POSTGRES names the folder of the server's socket; .ci/postgres makes such a
// server. Without it these tests are skipped, and say so.
package pgtest

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// Variable names the folder of the server's socket.
const Variable = "UNIBOX_TEST_POSTGRES"

// Socket is the folder of the server's socket. Without a server the test is skipped.
func Socket(tb testing.TB) string {
	tb.Helper()
	socket := os.Getenv(Variable)
	if socket == "" {
		tb.Skipf("no PostgreSQL for the tests: %s does not name the folder of its socket (.ci/postgres start FOLDER makes one)", Variable)
	}
	return socket
}

// Database makes an empty database for the test, and returns how it is reached.
func Database(tb testing.TB) string {
	tb.Helper()
	socket := Socket(tb)
	name := "unibox_" + strings.ToLower(rand.Text())
	Exec(tb, address(socket, "postgres"), "CREATE DATABASE "+name)
	tb.Cleanup(func() { run(tb, address(socket, "postgres"), "DROP DATABASE "+name+" WITH (FORCE)") })
	return address(socket, name)
}

func address(socket, database string) string {
	return fmt.Sprintf("host=%s user=postgres dbname=%s", socket, database)
}

// Exec runs statements in a database.
func Exec(tb testing.TB, database string, statements ...string) {
	tb.Helper()
	run(tb, database, statements...)
}

func run(tb testing.TB, database string, statements ...string) {
	tb.Helper()
	ctx := context.Background() // also when the test has ended
	c, err := pgx.Connect(ctx, database)
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = c.Close(ctx) }()
	for _, q := range statements {
		if _, err := c.Exec(ctx, q); err != nil {
			tb.Fatalf("%s: %v", q, err)
		}
	}
}
