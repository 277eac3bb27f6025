/// How a lab stands.
package struct LabReport: Hashable, Sendable, Codable {
    package struct Host: Hashable, Sendable, Codable {
        package let name: String
        package let group: String
        package let address: String
        package let running: Bool
        /// What its systemd says: `running`, `degraded`, `starting` …; nil when it is down.
        package let state: String?
        /// Memory that its processes use, shared pages counted once.
        package let memoryUsedMB: Int?
        package let uptimeSeconds: Int?
    }

    package let lab: String
    package let subnet: String
    package let inventory: String
    package let hosts: [Host]
}
