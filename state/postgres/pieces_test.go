package postgres

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// A new box is told all that the team has, which takes longer than an answer may: it is given up
// where nothing comes any more.
func TestAnAnswerMayTakeLongWhileItComes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, came, cancel := pieces(context.Background(), answerTime)
		defer cancel()
		began := time.Now()
		for range 20 {
			time.Sleep(answerTime - time.Second)
			came()
		}
		if ctx.Err() != nil {
			t.Error("it was given up while it came")
		}
		<-ctx.Done()
		if err := late(t.Context(), ctx, ctx.Err()); err != context.DeadlineExceeded {
			t.Errorf("it ends with %v", err)
		}
		if took := time.Since(began); took != 20*(answerTime-time.Second)+answerTime {
			t.Errorf("it was given up after %v", took)
		}
	})
}
