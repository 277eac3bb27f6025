import Testing

@Suite struct KeywordNumberTests {
    /// Known only when it is templated.
    @Test func aDelayWithWhichNoClockCanReckonFailsItsTaskByItsValue() async throws {
        let run = try await Project.runOnFour(
            """
            - hosts: one
              vars: { forever: 1.0e+300 }
              tasks:
                - name: Try
                  command: "false"
                  retries: 1
                  delay: "{{ forever }}"
            """, hosts: ["one"])
        let message = run.message("Try") ?? ""
        #expect(message.contains("delay: 1e+300 is too large"), "\(message)")
    }
}
