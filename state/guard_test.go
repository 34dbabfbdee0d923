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
	if !errors.As(err, &caught) || !strings.HasSuffix(err.Error(), "a panic with a string") || !strings.Contains(string(caught.Stack), "TestGuarded") {
		t.Errorf("error %v, stack %s", err, caught.Stack)
	}
	var none []int
	if err := Guarded(func() error { _ = none[3]; return nil }); !strings.Contains(err.Error(), "index out of range [3]") {
		t.Errorf("error %v", err)
	}
}
