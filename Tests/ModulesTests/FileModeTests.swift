import Modules
import Testing

@Suite struct FileModeTests {
    @Test(arguments: [
        ("0644", 0o600, false, 0o644), ("644", 0, false, 0o644), ("2750", 0, true, 0o2750),
        ("u=rw,g=r,o=", 0o777, false, 0o640), ("u=rwX,g=rX,o=", 0o644, true, 0o750),
        ("u=rwX,g=rX,o=", 0o644, false, 0o640), ("u=rwX,go=rX", 0o700, false, 0o755),
        ("+x", 0o644, false, 0o755), ("+w", 0o444, false, 0o644), ("a+w", 0o444, false, 0o666),
        ("g=u", 0o640, false, 0o660), ("u+s,g-w", 0o775, false, 0o4755), ("o+t", 0o777, true, 0o1777),
        ("u=rw+x,g=", 0o070, false, 0o700),
    ])
    func readsModesAsAnsibleDoes(text: String, current: Int, isDirectory: Bool, expected: Int) throws {
        #expect(try FileMode(text).bits(from: current, isDirectory: isDirectory) == expected)
    }

    @Test(arguments: ["", "rw", "u=q", "0999", "77777", "z+x", "-644"])
    func refusesWhatIsNoMode(text: String) {
        #expect(throws: FileModeError.self) { try FileMode(text) }
    }

    /// 0644 without quotes is 420 to YAML 1.1; a 644 there is the digits without the zero.
    @Test func refusesUnquotedDecimals() throws {
        for digits in [
            "644", "755", "600", "640", "750", "700", "664", "775", "660", "770", "400", "440", "444", "500", "555",
            "1777", "2755",
        ] {
            let error = #expect(throws: FileModeError.self) { try FileMode(number: Int(digits) ?? 0) }
            #expect(error?.hint?.hasSuffix("\(digits)'") == true)
        }
    }

    @Test func takesWhatYAMLMakesOfOctalNumbers() throws {
        for bits in [
            0o644, 0o755, 0o600, 0o640, 0o750, 0o700, 0o664, 0o775, 0o660, 0o400, 0o440, 0o444, 0o555, 0o1777, 0o2755,
            0o711, 0o777, 0o710,
        ] {
            #expect(try FileMode(number: bits) == .bits(bits))
        }
    }
}
