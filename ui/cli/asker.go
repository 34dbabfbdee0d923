package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"unibox/ui/catalog"

	"github.com/charmbracelet/x/term"
)

// asker asks a person questions, one line each.
type asker struct {
	in  *os.File
	out io.Writer
	say *catalog.Language
}

func (p program) asker(out io.Writer) asker { return asker{os.Stdin, out, p.say} }

// errLeft says that the person left without answering.
var errLeft = catalog.Errorf("left without an answer; nothing was changed")

// print prints a sentence.
func (a asker) print(format string, args ...any) error {
	_, err := fmt.Fprintln(a.out, a.say.Said(catalog.Say(format, args...)))
	return err
}

// present reports whether standard input is a terminal, so that a person can answer.
func (a asker) present() bool { return term.IsTerminal(a.in.Fd()) }

// line asks until check accepts the answer, which is never empty. A nil check accepts
// everything else.
func (a asker) line(ctx context.Context, question string, check func(string) error) (string, error) {
	for {
		fmt.Fprintf(a.out, "%s: ", question)
		answer, err := a.read(ctx)
		if err != nil || answer == "\x1b" { // esc, which leaves everywhere else
			return "", errLeft
		}
		if check != nil {
			err = check(answer)
		}
		switch {
		case err != nil:
			fmt.Fprintln(a.out, a.say.Error(err))
		case answer == "":
			a.print("type an answer, or leave with ctrl+c")
		default:
			return answer, nil
		}
	}
}

// secret asks without showing what is typed. It turns the echo off before it shows
// the question, because some people paste at once.
func (a asker) secret(ctx context.Context, question string) (string, error) {
	before, err := term.GetState(a.in.Fd())
	if err != nil {
		return "", catalog.Errorf("ask unseen: %w", err)
	}
	unseen := withoutEcho(*before)
	if err := term.SetState(a.in.Fd(), &unseen); err != nil {
		return "", catalog.Errorf("ask unseen: %w", err)
	}
	defer func() {
		_ = term.SetState(a.in.Fd(), before)
		fmt.Fprintln(a.out)
	}()
	return a.line(ctx, a.say.T("%s (not shown)", question), nil)
}

// read reads a line or returns when ctx ends. The read itself cannot be cancelled
// and stays behind until the program ends.
func (a asker) read(ctx context.Context) (string, error) {
	type result struct {
		line string
		err  error
	}
	done := make(chan result, 1)
	go func() {
		line, err := readLine(a.in)
		done <- result{line, err}
	}()
	select {
	case r := <-done:
		return strings.TrimSpace(r.line), r.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// readLine reads no byte beyond the line, because the next question may read
// without echo.
func readLine(in *os.File) (string, error) {
	var line []byte
	for b := make([]byte, 1); ; {
		if _, err := in.Read(b); err != nil {
			return "", err
		}
		if b[0] == '\n' {
			return string(line), nil
		}
		line = append(line, b[0])
	}
}

// choose asks for one of the choices, by its number or by how its words begin, and
// returns its number from 0.
func (a asker) choose(ctx context.Context, question string, choices []string) (int, error) {
	fmt.Fprintln(a.out, question)
	for i, choice := range choices {
		fmt.Fprintf(a.out, "  %d  %s\n", i+1, choice)
	}
	answer, err := a.line(ctx, a.say.T("1 to %d, or how it begins", len(choices)), func(s string) error {
		if chosen(s, choices) < 0 {
			return catalog.Errorf("type a number from 1 to %d, or how one of these begins", len(choices))
		}
		return nil
	})
	return chosen(answer, choices), err
}

// chosen is the number from 0 of the choice that an answer means, -1 if it is none or
// more than one.
func chosen(answer string, choices []string) int {
	if n, err := strconv.Atoi(answer); err == nil && n >= 1 && n <= len(choices) {
		return n - 1
	}
	found := -1
	for i, choice := range choices {
		if answer == "" || len(answer) > len(choice) || !strings.EqualFold(choice[:len(answer)], answer) {
			continue
		}
		if found >= 0 {
			return -1
		}
		found = i
	}
	return found
}

// yes asks a yes-or-no question; every answer that does not begin with y, or as yes does in
// the language, is no.
func (a asker) yes(ctx context.Context, question string) (bool, error) {
	answer, err := a.line(ctx, a.say.T("%s (yes or no)", question), nil)
	return a.isYes(answer), err
}

func (a asker) isYes(answer string) bool {
	answer = strings.ToLower(answer)
	return strings.HasPrefix(answer, "y") || strings.HasPrefix(answer, a.say.In("how an answer begins", "y"))
}

// confirmName asks the person to type the name of what will be removed.
func (a asker) confirmName(ctx context.Context, name string) error {
	if !a.present() {
		return usage(catalog.Errorf("there is no terminal to ask in; say --yes if you mean it"))
	}
	answer, err := a.line(ctx, a.say.T("Type %q to remove it", name), func(string) error { return nil })
	if err == nil && answer != name {
		err = catalog.Errorf("that is another name; nothing was changed")
	}
	return err
}
