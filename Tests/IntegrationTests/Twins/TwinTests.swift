import Testing

extension OnTheLab {
    /// The playbooks of `TwinCases` by both tools on twin hosts: the same tasks change the same things.
    @Suite(.enabled(if: TwinTools.isAvailable(), "there is no \(TwinTools.ansible): run scripts/oracles"))
    struct Twins {
        @Test func playbooksLeaveWhatAnsibleLeavesAndNothingForItToDo() async throws {
            let folder = try Scratch()
            let cases = try TwinCase.all()
            let home = folder.file("ansible")
            try await TwinLab.whileUp(in: folder) { lab in
                let tools = TwinTools(lab: lab, home: home)
                async let fresh = runs(cases) { try await tools.theirs($0, on: .theirs) }
                let ours = try await runs(cases) { twin in
                    let run = try await tools.ours(twin)
                    let repeated = try await tools.ours(twin)
                    #expect(repeated.changed == [], "\(twin), our second run")
                    let after = try await tools.theirs(twin, on: .ours)
                    #expect(after.changed == [], "\(twin), Ansible after our run\n\(after.text.suffix(2000))")
                    return run
                }
                for ((twin, ours), theirs) in zip(zip(cases, ours), try await fresh) {
                    let differences = ours.differences(from: theirs)
                    let why = "\(ours.failures)\nAnsible: \(theirs.failures)"
                    #expect(differences.isEmpty, "\(twin): \(why)\n\(differences.joined(separator: "\n"))")
                }
                let trees = try await lab.runOnBoth(TwinTree.script)
                let differences = TwinTree(trees.ours).differences(from: TwinTree(trees.theirs))
                #expect(differences.isEmpty, "\(differences.prefix(200).joined(separator: "\n"))")
                print("\(cases.count) playbooks were run by both tools on twin hosts")
            }
        }

        private func runs(
            _ cases: [TwinCase], _ body: (TwinCase) async throws -> TwinRun
        ) async throws -> [TwinRun] {
            var runs: [TwinRun] = []
            for twin in cases { runs.append(try await body(twin)) }
            return runs
        }
    }
}

extension TwinRun {
    /// Why things failed, a sentence a line.
    fileprivate var failures: String {
        let messages = text.matches(of: /"(?:msg|message|reason)": ?"((?:[^"\\]|\\.)*)"/).map {
            String($0.1.prefix(600))
        }
        let others = text.split(separator: "\n").filter { !$0.hasPrefix("{") }.map(String.init)
        return (Set(messages).sorted() + others.suffix(40)).joined(separator: "\n")
    }
}
