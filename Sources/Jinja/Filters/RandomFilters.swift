import YAML

extension Filter {
    /// Filters that leave things to chance, or to a seed.
    static let randomFilters: [String: Filter] = [
        "random": Filter(["start", "step", "seed"]) { value, arguments in
            let pick = try picker(arguments.value("seed"))
            guard let end = value.integer else {
                guard let items = value.list ?? value.string.map({ _ in [] }), !items.isEmpty else {
                    throw Fault("filter 'random' needs an integer or a list that is not empty, not \(value.kind)")
                }
                return items[pick(items.count)]
            }
            let start = try arguments.int("start") ?? 0
            let step = try arguments.int("step") ?? 1
            let count = step > 0 ? (end - start + step - 1) / step : 0
            guard count > 0 else { throw Fault("filter 'random' has nothing to choose from") }
            return .int(start + step * pick(count))
        },
        "shuffle": Filter(["seed"]) { value, arguments in
            var items = try value.items()
            let pick = try picker(arguments.value("seed"))
            for index in items.indices.dropFirst().reversed() { items.swapAt(index, pick(index + 1)) }
            return .list(items)
        },
    ]

    /// Gives numbers below a limit: always the same ones for the same seed.
    private static func picker(_ seed: Value?) throws -> (Int) -> Int {
        guard let seed else { return { Int.random(in: 0..<$0) } }
        var twister = seed.integer.map { MersenneTwister(seed: $0) } ?? MersenneTwister(seed: PythonText.text(of: seed))
        return { twister.number(below: $0) }
    }
}
