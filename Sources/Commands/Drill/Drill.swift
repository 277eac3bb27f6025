import ArgumentParser

/// A disaster that can be played: what goes wrong on one host, by what it is seen, and what an operator does then.
struct Drill: Sendable {
    enum Name: String, CaseIterable, ExpressibleByArgument {
        case killPrimary = "kill-primary"
        case freezePrimary = "freeze-primary"
        case cutNetwork = "cut-network"
        case fillDisk = "fill-disk"
        case loseApp = "lose-app"
        case corruptBackup = "corrupt-backup"
    }

    /// Whom it hits.
    enum Target: Sendable { case primary, replica, app }

    var target: Target
    var story: String
    /// Before the fault; commands of this tool.
    var preparation: [[String]] = []
    /// On the host, as root. Prints nothing when it did not happen.
    var fault: String
    /// It fails while the trouble lasts, and succeeds before.
    var sign: [String]
    /// The plan for it.
    var plan: [[String]]
    /// On the host, when the plan is done.
    var undo: String?
    /// What brings everything back to where it was; each is tried until it succeeds.
    var mending: [[String]]

    /// A host that is cut off answers the command that does it; it is cut off a second later.
    var isDelayed: Bool { fault.contains("sleep 1;") }

    /// Seconds that a host is cut off: it comes back by itself, since nobody can reach it then.
    static let cutSeconds = 75

    init(_ name: Name, host: String) {
        switch name {
        case .killPrimary:
            target = .primary
            story = "MySQL of the primary \(host) is killed, and not started again"
            fault = Self.withoutRestart("systemctl kill -s KILL mysql")
            sign = ["db", "status"]
            plan = [["failover", "db", "--yes", "--again"]]
            mending = [["db", "rejoin", host, "--yes"], ["failover", "db", "--planned", "--yes", "--to", host]]
        case .freezePrimary:
            target = .primary
            story = "MySQL of the primary \(host) hangs: it takes connections and answers nothing"
            fault = "systemctl kill -s STOP mysql && echo done"
            sign = ["db", "status"]
            plan = [["failover", "db", "--yes", "--again"]]
            mending = [["db", "rejoin", host, "--yes"], ["failover", "db", "--planned", "--yes", "--to", host]]
        case .cutNetwork:
            target = .primary
            story = "nothing reaches the primary \(host) or comes from it, for \(Self.cutSeconds) s"
            fault = Self.cut
            sign = ["db", "status", "--timeout", "3"]
            plan = [["failover", "db", "--yes", "--again"]]
            mending = [
                ["ping", host], ["db", "rejoin", host, "--rebuild", "--yes"],
                ["failover", "db", "--planned", "--yes", "--to", host],
            ]
        case .loseApp:
            target = .app
            story = "nothing reaches the app server \(host) or comes from it, for \(Self.cutSeconds) s"
            fault = Self.cut
            sign = ["ping", host, "--timeout", "3"]
            plan = [["drain", host]]
            mending = [["ping", host], ["undrain", host]]
        case .fillDisk:
            target = .replica
            story = "the disk of \(host)'s backups is full"
            fault = """
                mount -t tmpfs -o size=256k,mode=0700 tmpfs /backup/mysql
                head -c 200k /dev/zero >/backup/mysql/filler; echo done
                """
            sign = ["backup", "create"]
            plan = [["run", host, "-b", "--", "umount", "/backup/mysql"], ["backup", "create"]]
            undo = "while mountpoint -q /backup/mysql; do umount /backup/mysql; done"
            mending = []
        case .corruptBackup:
            target = .replica
            story = "one bit flips in the newest backup of \(host)"
            preparation = [["backup", "create"]]
            fault = """
                cd /backup/mysql; set -- full_backup_*.sql*z* ; for f; do case $f in *.manifest|*.verified|*.failed) ;; *) newest=$f;; esac; done
                printf '\\377' | dd of=$newest bs=1 seek=$(($(stat -c %s $newest) / 2)) conv=notrunc status=none
                echo $newest >/run/intchain-drill; echo done
                """
            sign = ["backup", "verify"]
            plan = [["backup", "create"], ["backup", "verify"]]
            undo = "cd /backup/mysql; rm -f \"$(cat /run/intchain-drill)\"* /run/intchain-drill"
            mending = []
        }
    }

    /// systemd would start it again at once; the disaster is that it stays dead.
    private static func withoutRestart(_ command: String) -> String {
        """
        drop=/run/systemd/system/mysql.service.d; mkdir -p $drop
        printf '[Service]\\nRestart=no\\n' >$drop/drill.conf; systemctl daemon-reload
        \(command); while systemctl is-active -q mysql; do sleep 0.05; done
        rm -f $drop/drill.conf; systemctl daemon-reload; echo done
        """
    }

    /// A moment later, so that the command's own answer still comes back.
    private static var cut: String {
        """
        systemd-run --quiet --collect --unit=intchain-drill sh -c 'sleep 1; nft -f /run/intchain-drill.nft; \
        sleep \(cutSeconds); nft delete table inet intchain_drill'
        printf '%s\\n' 'table inet intchain_drill {' \
        'chain in { type filter hook input priority -60; policy drop; }' \
        'chain out { type filter hook output priority -60; policy drop; }' '}' >/run/intchain-drill.nft; echo done
        """
    }
}
