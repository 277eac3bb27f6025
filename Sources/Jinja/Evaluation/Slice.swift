import YAML

/// Python's `[start:stop:step]`.
struct Slice {
    let start: Int?
    let stop: Int?
    let step: Int?

    func of(_ value: Value) throws -> Value {
        switch value {
        case .list(let items): return .list(try indices(count: items.count).map { items[$0] })
        case .string(let text):
            let scalars = Array(text.unicodeScalars)
            return .string(String(try indices(count: scalars.count).map { scalars[$0] }))
        default: throw Fault("\(value.kind) can't be sliced")
        }
    }

    private func indices(count: Int) throws -> StrideTo<Int> {
        let step = step ?? 1
        guard step != 0 else { throw Fault("the step of a slice can't be zero") }
        let lowest = step > 0 ? 0 : -1
        let highest = step > 0 ? count : count - 1
        func bound(_ index: Int?, default missing: Int) -> Int {
            guard let index else { return missing }
            return min(max(index < 0 ? index + count : index, lowest), highest)
        }
        let from = bound(start, default: step > 0 ? 0 : count - 1)
        let to = bound(stop, default: step > 0 ? count : -1)
        return stride(from: from, to: to, by: step)
    }
}
