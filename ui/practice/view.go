package practice

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"unibox/keymap"
	"unibox/ui/catalog"
	"unibox/ui/dialog"
	"unibox/ui/env"
	"unibox/ui/text"
	"unibox/ui/theme"
)

// least is how many rows a screen has at the least on which the strip says what to do, and
// tight on which it says where that is said; roomy is how many columns one has on which it
// takes a row less.
const least, tight, roomy = 16, 8, 110

// room is how many rows the strip takes at most, the same for every step, so that nothing
// under it moves.
func (c *Coach) room() int {
	switch {
	case c.h < least:
		return 1
	case c.w >= roomy:
		return 3
	}
	return 4
}

// Resize sets the size of the terminal.
func (c *Coach) Resize(w, h int) { c.w, c.h = w, h }

// Height is how many rows the strip takes.
func (c *Coach) Height() int {
	if !c.on || c.h < tight {
		return 0
	}
	return c.room()
}

// line is a row of the strip.
type line struct {
	text  string
	style theme.Style
}

// View draws the strip.
func (c *Coach) View() []string {
	if c.Height() == 0 {
		return nil
	}
	lines := append(c.lines(), make([]line, c.room())...)[:c.room()]
	rows := make([]string, len(lines))
	for i, l := range lines {
		rows[i] = c.env.Look.Theme.Bar.Render(c.env.Look.Mode.Fit(" "+l.style.Render(l.text), c.w))
	}
	return rows
}

// lines are what to do now, and under that what was learned, or went otherwise.
func (c *Coach) lines() []line {
	th, marks := c.env.Look.Theme, c.env.Look.Marks
	if c.h < least {
		return []line{{c.filled(c.env.T("%d/%d {app.practice}: what to do now", c.at+1, len(steps))), th.Accent}}
	}
	all := c.wrap(fmt.Sprintf("%d/%d ", c.at+1, len(steps)), c.instruction(), th.Accent)
	if odd := c.oddity(); odd != "" {
		return append(all, c.wrap(marks.Problem+" ", odd, th.Warn)...)
	}
	if c.onItsWay() {
		return append(all, c.wrap(marks.Sending+" ", c.say(onItsWay), th.Hint)...)
	}
	if len(c.past) > 0 && !c.past[len(c.past)-1].skipped && c.past[len(c.past)-1].step.trouble {
		return append(all, c.wrap(marks.Problem+" ", c.comment(), th.Warn)...)
	}
	return append(all, c.wrap(c.lead(), c.comment(), th.Hint)...)
}

// wrap is a text in rows behind a lead.
func (c *Coach) wrap(lead, s string, style theme.Style) (all []line) {
	mode := c.env.Look.Mode
	for _, row := range mode.Wrap(mode.Line(s), max(10, c.w-mode.Width(lead)-2)) {
		all = append(all, line{lead + row, style})
		lead = mode.Fit("", mode.Width(lead))
	}
	return all
}

// instruction says what to do.
func (c *Coach) instruction() string {
	switch {
	case c.failed != "":
		return c.filled(c.env.T("This step cannot be practised here (%s). {app.practice} skips it.", c.failed))
	case !c.ready:
		return c.env.T("One moment: this step is being prepared.")
	}
	return c.say(c.step().do)
}

func (c *Coach) oddity() string {
	if s := c.step(); s.odd != nil && c.ready && c.failed == "" {
		return c.say(s.odd(c))
	}
	return ""
}

// onItsWay says why a step in which a reply is sent does not go on yet.
const onItsWay = catalog.Text("It is on its way: wait for what becomes of it, which takes a few seconds.")

func (c *Coach) onItsWay() bool {
	return c.ready && c.failed == "" && c.step().odd != nil && c.facts.known && c.facts.row.Pending > 0
}

func (c *Coach) lead() string {
	if len(c.past) == 0 || c.past[len(c.past)-1].skipped {
		return ""
	}
	return c.env.Look.Marks.Delivered + " "
}

// comment says what the step before was about, or how one leaves.
func (c *Coach) comment() string {
	if len(c.past) == 0 {
		return c.say(catalog.Text("A morning with invented customers; nothing leaves this machine. {app.practice} skips a step or ends the practice."))
	}
	if last := c.past[len(c.past)-1]; !last.skipped {
		return c.say(last.step.went)
	}
	return c.say(catalog.Text("Skipped. {app.practice} skips a step or ends the practice."))
}

// say is a text with its keys, in the language of the screen.
func (c *Coach) say(t catalog.Text) string { return c.filled(c.env.Look.Of(t)) }

var named = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\{([a-z.-]+)\}`) })

// filled puts keys, the customer and the file into a text.
func (c *Coach) filled(s string) string {
	return named().ReplaceAllStringFunc(s, func(found string) string {
		switch name := strings.Trim(found, "{}"); name {
		case "who":
			return c.env.Name(c.who.Conversation)
		case "file":
			return text.ShortPath(c.opt.File)
		default:
			spec := c.env.Keys.Spec(keymap.Action(name))
			if key := c.env.AnyKey(spec); key != "" {
				return key
			}
			return c.env.T("“%s” (%s)", spec.Short(), c.env.AnyKey(c.env.Keys.Spec(keymap.Commands)))
		}
	})
}

// summary says what was learned, and how many keys it took.
func (c *Coach) summary() dialog.Dialog {
	marks := c.env.Look.Marks
	done := slices.DeleteFunc(slices.Clone(c.past), func(o outcome) bool { return o.skipped })
	var list []dialog.Notice
	for _, o := range done {
		list = append(list, dialog.Notice{Lead: marks.Delivered, Text: c.env.Plural(o.keys, "%[2]s: %[1]d key", "%[2]s: %[1]d keys", c.env.Look.Of(o.step.name))})
	}
	for _, o := range c.past {
		if o.skipped {
			list = append(list, dialog.Notice{Lead: marks.Dot, Text: c.env.T("%s: skipped", c.env.Look.Of(o.step.name))})
		}
	}
	list = append(list, dialog.Notice{Lead: marks.Dot, Text: c.say(catalog.Text("The demo goes on: try what you like. {app.practice} begins the practice again, {app.quit} ends the demo, unibox account add begins in earnest."))})
	title := c.env.Plural(c.keys, "Practised %[2]d of %[3]d steps with %[1]d key, in %[4]s", "Practised %[2]d of %[3]d steps with %[1]d keys, in %[4]s",
		len(done), len(steps), env.Span(c.env.Look.Language, c.env.Now().Sub(c.began)))
	return dialog.NewNotices(c.env, title, list, c.w-10)
}
