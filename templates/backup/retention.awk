# Which backup sets may go. In: one set a line, NAME VERIFIED (1 or 0, -1 for a damaged one); NAME holds its date as
# YYYYmmdd_HHMMSS. Out: NAME, then keep or remove, then why; of one to be removed, the sets that it is superseded by: the
# newest verified ones, and those that stand for its day, week and month. Variables: daily, weekly, monthly, verified (how
# many newer verified sets it takes before anything may go). Pure: the clock is not read, so a job that stood still
# removes nothing. Of a day, a week (Monday to Sunday) or a month the newest set stands for it, a verified one before one
# that is not, a damaged one last.

function day_number(year, month, day) { # days since 1970-01-01 in the Gregorian calendar
    if (month <= 2) { year--; month += 12 }
    return 365 * year + int(year / 4) - int(year / 100) + int(year / 400) + int((153 * (month - 3) + 2) / 5) + day - 719469
}
function keep(set, why) {
    if (set in reason) reason[set] = reason[set] ", " why
    else reason[set] = why
}
# Keeps the set that stands for each of the newest `count` spans.
function keep_spans(span, count, what,    i, name, seen, spans, order, best) {
    split("", seen); split("", best); spans = 0
    for (i = 1; i <= sets; i++) {
        name = span[i]
        if (!(name in seen)) {
            if (spans == count) break
            seen[name] = 1
            order[++spans] = name
            best[name] = i
        } else if (proven[i] > proven[best[name]]) best[name] = i
    }
    for (i = 1; i <= spans; i++) keep(best[order[i]], what)
    for (i = 1; i <= sets; i++) if (span[i] in best) stands(i, best[span[i]])
}
function stands(set, other) {
    if (!((set, other) in rests)) by[set] = by[set] " " set_name[other]
    rests[set, other] = 1
}

match($1, /[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]_[0-9][0-9][0-9][0-9][0-9][0-9]/) {
    stamp = substr($1, RSTART, RLENGTH)
    # Inserted by age: what comes in may have any order.
    for (i = ++sets; i > 1 && moment[i - 1] < stamp; i--) {
        moment[i] = moment[i - 1]; set_name[i] = set_name[i - 1]; proven[i] = proven[i - 1]
    }
    moment[i] = stamp; set_name[i] = $1; proven[i] = $2 + 0
}

END {
    for (i = 1; i <= sets; i++) {
        days[i] = substr(moment[i], 1, 8)
        weeks[i] = int((day_number(substr(moment[i], 1, 4) + 0, substr(moment[i], 5, 2) + 0, substr(moment[i], 7, 2) + 0) + 3) / 7)
        months[i] = substr(moment[i], 1, 6)
    }
    keep_spans(days, daily, "daily")
    keep_spans(weeks, weekly, "weekly")
    keep_spans(months, monthly, "monthly")
    newer = 0
    for (i = 1; i <= sets; i++) {
        if (newer < verified) keep(i, "not " verified " newer verified")
        for (j = 1; j <= verified && j <= newer; j++) stands(i, newest[j])
        if (proven[i] == 1) newest[++newer] = i
        print set_name[i], (i in reason) ? "keep" : "remove", (i in reason) ? reason[i] : "superseded by" by[i]
    }
}
