import Diagnostics
import Testing
import YAML

@testable import Modules

/// Numbers with which no clock can reckon are refused, by their values.
@Suite struct ArgumentNumberTests {
    private func arguments(_ value: Value) throws -> Arguments {
        let spec = ModuleSpec("wait", summary: "Waits.", arguments: [ArgumentSpec("timeout", .int)])
        return try Arguments(["timeout": value], for: spec)
    }

    @Test(arguments: [Value.int(.max), .int(.min), .string("9223372036854775807"), .int(2_147_483_648)])
    func secondsHaveAnEnd(_ value: Value) throws {
        let arguments = try arguments(value)
        let problem = try #require(throws: Problem.self) { try arguments.seconds("timeout") }
        let number = try #require(try arguments.int("timeout"))
        #expect("\(problem)".contains("wait: timeout: \(number) seconds are too many"))
        #expect(throws: Problem.self) { try arguments.fractionalSeconds("timeout") }
    }

    @Test func aFloatBeyondAllIntegersIsNone() throws {
        for value in [1e300, -1e300, .infinity, .nan] {
            #expect(throws: Problem.self) { try arguments(.float(value)).int("timeout") }
            #expect(throws: Problem.self) { try arguments(.float(value)).fractionalSeconds("timeout") }
        }
        #expect(try arguments(.float(30)).seconds("timeout") == 30)
        #expect(try arguments(.float(0.5)).fractionalSeconds("timeout") == 0.5)
        #expect(try arguments(2_147_483_647).seconds("timeout") == 2_147_483_647)
    }
}
