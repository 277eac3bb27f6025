import Foundation
import Testing
import YAML

@Suite struct OracleTests {
    @Test func everyCaseComesOutAsFromTheRealJinja() async throws {
        guard let answers = try await Oracle.answers() else {
            print("skipped: neither scripts/oracles' environment nor a python3 with jinja2 and yaml is here")
            return
        }
        let cases = try Case.all()
        let results = answers["results"]?.list ?? []
        #expect(cases.count == results.count)
        var compared = 0
        for (one, result) in zip(cases, results) where result["skipped"] == nil {
            compared += 1
            let (value, refusal) = one.answer()
            let description = "\(one.file)[\(one.index)] \(one.text.debugDescription)"
            if let refused = result["refused"] {
                let got = value.map { "\($0)" } ?? ""
                #expect(refusal != nil, "\(description)\nJinja refuses: \(refused.string ?? "")\nwe give \(got)")
            } else {
                let wanted = result["value"] ?? .null
                let got = value.map { $0.json() } ?? refusal ?? ""
                #expect(value == wanted, "\(description)\nwanted \(wanted.json())\ngot    \(got)")
            }
        }
        print("\(compared) of \(cases.count) cases compared with \(answers["engine"]?.string ?? "")")
    }
}
