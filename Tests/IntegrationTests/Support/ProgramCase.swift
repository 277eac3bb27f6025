import Foundation
import Testing

/// A case of the programs that keep and restore backups, run here: what they ask of a server is stood in for.
struct ProgramCase: Sendable, CustomTestStringConvertible {
    var testDescription: String
    /// Bash text; `$lib` is the folder of the rendered programs, the current folder is the case's own.
    var script: String
    var code = 0
    var says: [String] = []
    var neverSays: [String] = []

    func check() async throws {
        let folder = try Scratch()
        let programs = try FileManager.default.contentsOfDirectory(atPath: Project.path("templates/backup"))
        let others = [
            "mysql/intchain-mysql-open.sh.j2", "scripts/mysql_backup.sh.j2", "doctor/begin.sh", "doctor/streams.sh",
            "doctor/backups.sh", "doctor/network.sh", "doctor/accounts.sh", "doctor/nginx.sh", "doctor/service.sh",
            "nginx/nginx.conf.j2",
        ]
        for path in programs.map({ "backup/" + $0 }) + others {
            let text = try String(contentsOfFile: Project.path("templates/" + path), encoding: .utf8)
            // A comment of Jinja's, which Bash writes for the length of a list.
            #expect(!text.contains("{#"), "\(path)")
            let name = path.split(separator: "/")[1]
            try folder.write("lib/" + name.replacing(".j2", with: ""), Self.render(text, in: folder.path))
        }
        try folder.write("case.sh", "set -euo pipefail\nlib=\(folder.path)/lib\n" + script)
        let outcome = try await Program.run(["bash", folder.path + "/case.sh"], in: folder.path)
        #expect(outcome.code == code, "\(outcome.text)")
        for sentence in says { #expect(outcome.text.contains(sentence), "\(outcome.text)") }
        for sentence in neverSays { #expect(!outcome.text.contains(sentence), "\(outcome.text)") }
    }

    /// Every loop runs once, every condition holds, and every variable of which nothing depends is 7.
    private static func render(_ template: String, in folder: String) -> String {
        let values = [
            "backup_library": folder + "/lib", "restore_directory": folder + "/restore", "settings_directory": folder,
            "backup_directory": folder + "/sets", "backup_redis_directory": folder + "/redis",
            "backup_copies_directory": folder + "/copies", "backup_binlog_directory": folder + "/binlog",
            "backup_copies_directory | dirname": folder, "host": "redis2", "inventory_hostname": "redis1",
            "hostvars[host].ansible_host": "10.0.0.2", "hostvars[inventory_hostname].ansible_host": "10.0.0.1",
            "redis_service": "redis",
            "redis_role_file": folder + "/role",
        ]
        return template.replacing(/\{%[^%]*%\}\n?/, with: "").replacing(/\{\{ ([^}]*) \}\}/) {
            values[String($0.output.1)] ?? "7"
        }
    }
}
