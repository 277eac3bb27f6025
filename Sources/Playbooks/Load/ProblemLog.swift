import Diagnostics
import YAML

/// Collects every mistake of a load, so that all are told at once.
final class ProblemLog {
    private var problems: [Problem] = []
    private var known: Set<Problem> = []
    /// True when something could not be read that may define variables, hosts or handlers: then nothing is called
    /// undefined, since that could be a consequence of a mistake that is told already.
    private(set) var hasGaps = false

    var isEmpty: Bool { problems.isEmpty }

    var count: Int { problems.count }

    var found: [Problem] { Problems(problems).all }

    func add(_ problem: Problem) {
        if known.insert(problem).inserted { problems.append(problem) }
    }

    func add(_ message: String, at place: Place?, hint: String? = nil, rule: Rule = .playbook) {
        add(Problem(message, at: place, hint: hint, rule: rule))
    }

    /// A mistake behind which definitions may be hidden.
    func addGap(_ message: String, at place: Place?, hint: String? = nil, rule: Rule = .playbook) {
        add(message, at: place, hint: hint, rule: rule)
        noteGap()
    }

    func noteGap() { hasGaps = true }

    /// Runs the body; what it throws is kept, and the result is nil.
    func collecting<Result>(_ rule: Rule, _ body: () throws -> Result) -> Result? {
        do {
            return try body()
        } catch let problem as Problem {
            add(problem.ruled(rule))
        } catch let several as Problems {
            for problem in several.all { add(problem.ruled(rule)) }
        } catch {
            add(Problem("\(error)", rule: rule))
        }
        return nil
    }

    /// - Throws: `Problems` when there are any.
    func throwIfAny() throws {
        if !problems.isEmpty { throw Problems(problems) }
    }
}
