import Diagnostics
import YAML

/// Collects every mistake of a load, so that all are told at once, each with its line of text.
final class ProblemLog {
    private var problems: [Problem] = []
    private var texts: [String: String] = [:]

    var isEmpty: Bool { problems.isEmpty }

    var found: [Problem] { Problems(problems).all }

    func remember(_ text: String, of file: String) { texts[file] = text }

    func add(_ problem: Problem) {
        let shown = problem.place.flatMap { texts[$0.file] }.map { problem.showing($0) } ?? problem
        if !problems.contains(shown) { problems.append(shown) }
    }

    func add(_ message: String, at place: Place?, hint: String? = nil) {
        add(Problem(message, at: place, hint: hint))
    }

    /// Runs the body; what it throws is kept, and the result is nil.
    func collecting<Result>(_ body: () throws -> Result) -> Result? {
        do {
            return try body()
        } catch let problem as Problem {
            add(problem)
        } catch let several as Problems {
            several.all.forEach(add)
        } catch {
            add(Problem("\(error)"))
        }
        return nil
    }

    /// - Throws: `Problems` when there are any.
    func throwIfAny() throws {
        if !problems.isEmpty { throw Problems(problems) }
    }
}
