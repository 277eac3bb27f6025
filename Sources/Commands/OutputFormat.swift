import ArgumentParser

/// How a query prints its result: for people, or as one JSON document.
package enum OutputFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
    case text, json
}
