package state

import (
	"errors"
	"io"
	"strings"
	"testing"
)

func TestGuarded(t *testing.T) {
	if err := Guarded(func() error { return io.EOF }); err != io.EOF {
		t.Errorf("error %v", err)
	}
	var caught *PanicError
	err := Guarded(func() error { panic("ouch") })
	if !errors.As(err, &caught) || err.Error() != "panic: ouch" || !strings.Contains(string(caught.Stack), "TestGuarded") {
		t.Errorf("error %v, stack %s", err, caught.Stack)
	}
}
