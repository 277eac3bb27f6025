import Playbooks

/// A procedure of the site, by its name in the project's `playbooks/` folder.
struct SitePlaybook {
    let path: String

    /// The variables that commands give to playbooks of these names: to check such a playbook alone is no mistake.
    static func variables(of path: String) -> Set<String> {
        switch ProjectPath.name(of: path) {
        case "deploy.yml": ["release_src"]
        case "rollback.yml": ["release_id"]
        case "backup-prune.yml": ["prune_flags"]
        case "doctor.yml": ["doctor_areas", "doctor_host"]
        case "backup-verify.yml": ["backup_name"]
        case "restore.yml", "restore-redis.yml": ["restore_host", "restore_arguments"]
        case "db-rejoin.yml": ["rejoin_desk", "rejoin_host", "rejoin_rebuild"]
        case "drain.yml": ["drain_host", "drain_state"]
        case "failover-redis.yml":
            ["failover_desk", "failover_fenced", "failover_planned", "failover_timeout", "failover_to"]
        case "redis-rejoin.yml": ["rejoin_desk", "rejoin_host"]
        case "failover-db.yml":
            [
                "failover_again", "failover_desk", "failover_fenced", "failover_planned", "failover_timeout",
                "failover_to",
            ]
        case "resume.yml", "abort.yml", "catch-up.yml": ["rollout_release"]
        // Imported by the others; they stand alone only when they are checked.
        case "ready.yml": ["rollout_release"]
        case "rollout.yml": ["rollout_release", "rollout_leaves_bad"]
        case "way-back.yml":
            [
                "rollout_release", "rollout_undoes", "rollout_updated", "rollout_out", "rollout_waits",
                "release_before", "rollout_reason",
            ]
        default: []
        }
    }

    /// - Throws: `CommandFailure` when the project has no such playbook.
    init(_ name: String, context: Context) throws {
        let project = context.environment["INTCHAIN_PROJECT"] ?? "."
        path = ProjectPath.join(project, "playbooks/\(name).yml")
        guard context.files.exists(path) else {
            throw CommandFailure(
                "there is no playbook \(path)",
                hint: "run this in the project's folder, or name the folder in INTCHAIN_PROJECT", status: .usage)
        }
    }
}
