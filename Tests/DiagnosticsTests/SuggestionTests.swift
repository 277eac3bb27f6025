import Diagnostics
import Testing

@Suite struct SuggestionTests {
    @Test func namesTheNearestWord() {
        #expect(Suggestion.nearest(to: "ownr", among: ["owner", "group", "mode"]) == "owner")
        #expect(Suggestion.nearest(to: "startd", among: ["started", "stopped"]) == "started")
    }

    @Test func takesAForgottenLetterBeforeAMistakenOne() {
        #expect(Suggestion.nearest(to: "taks", among: ["tags", "tasks"]) == "tasks")
    }

    @Test func countsASwapOfNeighboursAsOneEdit() {
        #expect(Suggestion.nearest(to: "whne", among: ["when"]) == "when")
    }

    @Test func isSilentWhenNothingIsNear() {
        #expect(Suggestion.nearest(to: "zebra", among: ["owner", "group"]) == nil)
    }
}
