package state

import (
	"errors"
	"testing"
)

func TestRights(t *testing.T) {
	all := []Rights{RightsRead, RightsDraft, RightsSend, RightsAdmin}
	why := map[Rights]error{RightsRead: ErrMayRead, RightsDraft: ErrMayDraft, RightsSend: ErrMaySend}
	for i, has := range all {
		if got, ok := ParseRights(RightsNames()[i]); !ok || got != has || has.String() != RightsNames()[i] {
			t.Errorf("%s is read as %v", has, got)
		}
		for k, needs := range all {
			if err := has.Refuse(needs); k <= i && err != nil || k > i && !errors.Is(err, why[has]) {
				t.Errorf("%s may do what needs %s: %v", has, needs, err)
			}
		}
	}
	if got, ok := ParseRights("root"); ok || got != RightsRead {
		t.Error("rights that there are not are some")
	}
	for needs, want := range map[Rights]error{RightsRead: nil, RightsDraft: ErrRunsReadOnly, RightsSend: ErrRunsReadOnly, RightsAdmin: ErrRunsReadOnly} {
		if err := RightsNone.Refuse(needs); !errors.Is(err, want) {
			t.Errorf("who runs unibox read-only may do what needs %s: %v", needs, err)
		}
	}
	if got := Rights(200); got.String() != "read" || got.Refuse(RightsDraft) == nil {
		t.Errorf("%s", got)
	}
}
