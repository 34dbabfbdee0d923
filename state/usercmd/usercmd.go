// Package usercmd runs the commands that a user wrote into the config: a program and its
// arguments, without a shell, with something on its standard input and its answer taken from
// its standard output. What it prints is only read up to a limit, and it ends with its
// children when its time is over. It has the environment of unibox, from which the secrets
// of the config are removed ([config.Config.HideEnv]).
package usercmd

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os/exec"
	"runtime"
	"strings"
	"time"
	"unicode/utf8"
)

// Input is what a command gets on its standard input.
type Input string

// The inputs.
const (
	// Message is the text of one message, Thread the conversation as lines of text, JSON
	// both with all that is known of them.
	Message Input = "message"
	Thread  Input = "thread"
	JSON    Input = "json"
	// File is nothing: the path of the message's saved file is the last argument.
	File Input = "file"
)

// Inputs are all of them, the first is the default.
var Inputs = []string{string(Message), string(Thread), string(JSON), string(File)}

const (
	// Limit is how long a command may take where the config says nothing.
	Limit = 30 * time.Second
	// mostOutput is how much of an answer is taken, in bytes.
	mostOutput = 64 << 10
	// mostSaid is how much of a failure is shown, in characters.
	mostSaid = 160
	// lastWords is how long a command that was stopped may take to end.
	lastWords = time.Second
)

// Command is one command of the config.
type Command struct {
	// Name is what a person calls it.
	Name string
	// Key is the key that runs it, empty for none.
	Key string
	// Run is the program and its arguments.
	Run   []string
	Input Input
	// Limit is how long it may take.
	Limit time.Duration
}

// Do runs the command with something on its standard input and further arguments, and
// returns what it printed, trimmed. It returns when the command ended, its time is over or ctx
// ends. The error is one sentence for a person, or that of ctx.
func (c Command) Do(ctx context.Context, stdin []byte, args ...string) (string, error) {
	limit := c.Limit
	if limit <= 0 {
		limit = Limit
	}
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	if err := checkBatch(runtime.GOOS, c.Run[0], args); err != nil {
		return "", fmt.Errorf("%s was not run: %w", c.Name, err)
	}
	cmd := exec.CommandContext(limited, c.Run[0], append(c.Run[1:len(c.Run):len(c.Run)], args...)...)
	cmd.Stdin, cmd.WaitDelay = bytes.NewReader(stdin), lastWords
	alone(cmd)
	out, said := capped{most: mostOutput}, capped{most: 4 << 10}
	cmd.Stdout, cmd.Stderr = &out, &said
	err := cmd.Run()
	switch {
	case ctx.Err() != nil:
		return "", ctx.Err()
	case limited.Err() != nil:
		return "", fmt.Errorf("%s took longer than %s and was stopped", c.Name, limit)
	case errors.Is(err, exec.ErrNotFound) || errors.Is(err, fs.ErrNotExist):
		return "", fmt.Errorf("%s was not run: there is no program %s", c.Name, c.Run[0])
	case errors.Is(err, exec.ErrWaitDelay): // a child of it kept the output open
		err = nil
	}
	if err != nil {
		return "", fmt.Errorf("%s failed: %s", c.Name, why(err, string(said.kept)))
	}
	if !utf8.Valid(out.kept) && !out.full {
		return "", fmt.Errorf("%s failed: what it printed is no text", c.Name)
	}
	return strings.TrimSpace(strings.ToValidUTF8(string(out.kept), "")), nil
}

// why is the first line that a command said of its failure, or how it ended and what to do.
func why(err error, said string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(strings.ToValidUTF8(said, "")), "\n")
	if line = strings.TrimSpace(line); line == "" {
		return err.Error() + ", and it said nothing: run it in a shell to see why"
	}
	if r := []rune(line); len(r) > mostSaid {
		line = string(r[:mostSaid]) + "…"
	}
	return line + " (" + err.Error() + ")"
}

// capped keeps the beginning of what is written to it.
type capped struct {
	kept []byte
	most int
	full bool
}

func (c *capped) Write(b []byte) (int, error) {
	room := c.most - len(c.kept)
	c.full = c.full || room < len(b)
	c.kept = append(c.kept, b[:min(room, len(b))]...)
	return len(b), nil
}
