/// What became of a statement that an earlier run was cut off in, and that changes definitions.
enum InterruptedStatement: Hashable, Sendable {
    case tookEffect
    case hadNoEffect
    /// Running it again is right, whatever became of it.
    case isRepeated
    /// Only a person can find out.
    case unclear(String)

    /// Compares the definitions that there are with those that were noted before the statement was run.
    static func judged(_ effect: DefinitionEffect, noted: String?, now schema: Schema) -> InterruptedStatement {
        if effect.isRepeatable { return .isRepeated }
        guard let before = noted.flatMap(SchemaFingerprint.init(noted:)) else {
            return .unclear("what was there before was not noted")
        }
        let now = SchemaFingerprint(schema, of: effect)
        guard now.others == before.others else {
            return .unclear("definitions that it doesn't name were changed since")
        }
        if now.named == before.named { return .hadNoEffect }
        guard effect.isProven(by: schema) else {
            return .unclear("what it names was changed since, and not clearly by it")
        }
        return .tookEffect
    }
}

extension DefinitionEffect {
    /// Whether all is there that it makes, and nothing that it takes away.
    fileprivate func isProven(by schema: Schema) -> Bool {
        guard !(appearing.isEmpty && vanishing.isEmpty) else { return false }
        return appearing.allSatisfy(schema.contains) && !vanishing.contains(where: schema.contains)
    }
}
