import Glibc
import OrderedCollections
import YAML

/// Python's arithmetic on plain values.
enum Arithmetic {
    /// How many items or bytes a repetition may give.
    static let largestRepetition = 16 << 20

    static func result(of symbol: ArithmeticOperator, _ left: Value, _ right: Value) throws -> Value {
        if let first = left.integer, let second = right.integer { return try integers(symbol, first, second) }
        if let first = left.number, let second = right.number { return .float(try floats(symbol, first, second)) }
        switch (symbol, left, right) {
        case (.add, .string(let first), .string(let second)): return .string(first + second)
        case (.add, .list(let first), .list(let second)): return .list(first + second)
        case (.multiply, _, _): return try repeated(left, right)
        default: throw refusal(symbol, left, right)
        }
    }

    static func negated(_ value: Value) throws -> Value {
        if let number = value.integer {
            let (result, overflow) = 0.subtractingReportingOverflow(number)
            if overflow { throw tooLarge }
            return .int(result)
        }
        guard case .float(let number) = value else { throw Fault("\(value.kind) has no sign to change") }
        return .float(-number)
    }

    static func positive(_ value: Value) throws -> Value {
        if let number = value.integer { return .int(number) }
        guard case .float = value else { throw Fault("\(value.kind) can't have a sign") }
        return value
    }

    private static var tooLarge: Fault { Fault("the result is too large for a 64-bit integer") }

    private static func refusal(_ symbol: ArithmeticOperator, _ left: Value, _ right: Value) -> Fault {
        let isText = left.string != nil || right.string != nil
        let hint = symbol == .add && isText ? "join texts with '~'" : nil
        return Fault("'\(symbol.rawValue)' can't take \(left.kind) and \(right.kind)", hint: hint)
    }

    private static func integers(_ symbol: ArithmeticOperator, _ left: Int, _ right: Int) throws -> Value {
        func checked(_ result: (partialValue: Int, overflow: Bool)) throws -> Value {
            if result.overflow { throw tooLarge }
            return .int(result.partialValue)
        }
        switch symbol {
        case .add: return try checked(left.addingReportingOverflow(right))
        case .subtract: return try checked(left.subtractingReportingOverflow(right))
        case .multiply: return try checked(left.multipliedReportingOverflow(by: right))
        case .divide: return .float(try floats(.divide, Double(left), Double(right)))
        case .floorDivide, .remainder: return try floored(symbol, left, right)
        case .power: return right < 0 ? .float(try floats(.power, Double(left), Double(right))) : try power(left, right)
        }
    }

    private static func floored(_ symbol: ArithmeticOperator, _ left: Int, _ right: Int) throws -> Value {
        if right == 0 { throw Fault("division by zero") }
        let (quotient, overflow) = left.dividedReportingOverflow(by: right)
        if overflow { throw tooLarge }
        let remainder = left - quotient * right
        let isBelow = remainder != 0 && (remainder < 0) != (right < 0)
        if symbol == .floorDivide { return .int(isBelow ? quotient - 1 : quotient) }
        return .int(isBelow ? remainder + right : remainder)
    }

    private static func power(_ base: Int, _ exponent: Int) throws -> Value {
        if exponent == 0 || base == 1 { return 1 }
        if base == 0 { return 0 }
        if base == -1 { return .int(exponent % 2 == 0 ? 1 : -1) }
        guard exponent < 64 else { throw tooLarge }
        var result = 1
        for _ in 0..<exponent {
            let (product, overflow) = result.multipliedReportingOverflow(by: base)
            if overflow { throw tooLarge }
            result = product
        }
        return .int(result)
    }

    private static func floats(_ symbol: ArithmeticOperator, _ left: Double, _ right: Double) throws -> Double {
        let divides = symbol == .divide || symbol == .floorDivide || symbol == .remainder
        if divides, right == 0 { throw Fault("division by zero") }
        switch symbol {
        case .add: return left + right
        case .subtract: return left - right
        case .multiply: return left * right
        case .divide: return left / right
        case .floorDivide: return (left / right).rounded(.down)
        case .remainder:
            let remainder = fmod(left, right)
            return remainder != 0 && (remainder < 0) != (right < 0) ? remainder + right : remainder
        case .power:
            if left == 0, right < 0 { throw Fault("zero has no negative power") }
            return pow(left, right)
        }
    }

    private static func repeated(_ left: Value, _ right: Value) throws -> Value {
        guard let count = left.integer ?? right.integer else { throw refusal(.multiply, left, right) }
        let repeated = left.integer == nil ? left : right
        switch repeated {
        case .string(let text):
            try check(text.utf8.count, times: count)
            return .string(String(repeating: text, count: max(0, count)))
        case .list(let items):
            try check(items.count, times: count)
            return .list((0..<max(0, count)).flatMap { _ in items })
        default: throw refusal(.multiply, left, right)
        }
    }

    private static func check(_ size: Int, times count: Int) throws {
        let (total, overflow) = size.multipliedReportingOverflow(by: max(0, count))
        if overflow || total > largestRepetition { throw Fault("the repetition is too large") }
    }
}

extension Value {
    /// The value as a float where it is a number.
    var number: Double? {
        switch self {
        case .float(let number): number
        default: integer.map(Double.init)
        }
    }
}
