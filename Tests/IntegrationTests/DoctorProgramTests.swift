import Testing

/// The parts of the doctor's script, run here on what a server would show them.
@Suite struct DoctorProgramTests {
    typealias Case = ProgramCase

    @Test(arguments: requestCases + backupCases + networkCases + accountCases + containerCases) func findsWhatIsWrong(
        _ example: Case
    )
        async throws
    {
        try await example.check()
    }

    /// `logged STATUS SECONDS [TIME]` writes a line as nginx.conf has Nginx log it.
    private static let balancer = #"""
        format=$(sed -n '/log_format json/,/;$/p' "$lib/nginx.conf" | grep -o "'.*'" | tr -d "'\n")
        logged() {
            printf '%s\n' "$format" | sed "s/\$time_iso8601/$(date -d "${3:-now}" +%Y-%m-%dT%H:%M:%S%:z)/
                s/\$status/$1/; s/\$request_time/$2/; s/\$request_uri/\/orders?\\\\\"status\\\\\":599/; s/\$[a-z_]*/x/g" >> access.log
        }
        sed -i "s|/var/log/nginx/access.log|$PWD/access.log|" "$lib/nginx.sh"
        look() {
            SLOW_MS=1000 GATEWAYS= UPSTREAM_FILE=none sh -c '. "$1/begin.sh"; . "$1/nginx.sh"' look "$lib" 2> /dev/null |
                grep -e requests -e 'response time' | cut -f 1,3,4 | tr '\t' ' '
        }

        """#

    private static let requestCases = [
        Case(
            testDescription: "failed requests are counted in the log that Nginx writes",
            script: balancer + """
                for one in 1 2 3; do logged 200 0.010; done; logged 502 0.020; look
                """,
            says: ["bad many requests fail 1 of the last 4, within ten minutes, answered 5xx"], neverSays: ["slow"]),
        Case(
            testDescription: "a failure among many is to be watched, and one of an hour ago is over",
            script: balancer + """
                logged 500 0.010 '1 hour ago'; for one in $(seq 30); do logged 200 0.010; done; look
                logged 504 30.001; look
                """,
            says: [
                "ok requests 0 of the last 30, within ten minutes, answered 5xx\n",
                "warn some requests failed 1 of the last 31, within ten minutes, answered 5xx",
            ], neverSays: ["bad", "slow"]),
        Case(
            testDescription: "slow answers are found by their 95th percentile",
            script: balancer + """
                for one in $(seq 38); do logged 200 0.0$((one + 10)); done; logged 200 1.501; logged 200 1.502; look
                logged 200 1.503; look
                """,
            says: [
                "response time 95 % of the last 40 within 48 ms",
                "warn requests are slow 95 % of the last 41 within 1501 ms",
            ]),
        Case(
            testDescription: "a log without requests says nothing", script: balancer + "look || echo silent",
            says: ["silent"]),
    ]

    private static let backupCases = [
        Case(
            testDescription: "a backup is missed where backups are kept or written, in the folders of the inventory",
            script: #"""
                touch program; chmod +x program; mkdir -p srv/mysql srv/copies/db2
                sed -i "s|/usr/local/sbin/intchain-backup-list|$PWD/program|" "$lib/backups.sh"
                look() { # WHO KEEPS-COPIES SOURCE DATABASES
                    echo "$1: $(KEEPS_COPIES=$2 source=$3 DATABASES=$4 BACKUPS="$PWD/srv/mysql $PWD/srv/copies" LOG_DIRECTORY=/var/log/intchain \
                        sh -c '. "$1/begin.sh"; . "$1/backups.sh"' look "$lib" | cut -f 1,3,4 | tr '\t' ' ')"
                }
                two='db1=10.0.0.1 db2=10.0.0.2 '
                look "primary beside a replica" no "" "$two"
                look "primary alone" no "" 'db1=10.0.0.1 '; look replica no 10.0.0.1 "$two"; look keeper yes "" "$two"
                touch srv/copies/db2/full_backup_20260118_020000.sql.gz.manifest; look copied yes "" "$two"
                touch -d '2 days ago' srv/copies/db2/*; look old yes "" "$two"
                """#,
            says: [
                "primary beside a replica: \n", "primary alone: warn no backup of the last 26 hours is here",
                "replica: warn", "keeper: warn", "copied: ok a backup of the last 26 hours is here", "old: warn",
            ])
    ]

    private static let networkCases = [
        Case(
            testDescription: "traffic is told, and packets that are lost",
            script: #"""
                card() { printf '%6s: %s %s %s %s 0 0 0 0 %s 500 0 0 0 0 0 0\n' "$@" >> next; }
                printf 'Inter-|   Receive  |  Transmit\n face |bytes packets errs\n' > next
                cp next now; for name in eth0 eth1 eth2 eth3 veth7 lo; do printf '%6s:0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n' $name >> now; done
                card eth0 250000 500 0 1 3000; card eth1 0 500 9 0 0; card eth2 0 500 0 90 0; card eth3 0 3000000000 0 40000000 0; card veth7 0 1 1 0 0; card lo 0 1 1 0 0
                sed -i "s|/proc/net/dev|$PWD/now|g" "$lib/network.sh"
                sh -c '. "$1/begin.sh"; sleep() { cp next now; }; . "$1/network.sh"' look "$lib" | cut -f 1,3,4 | tr '\t' ' '
                """#,
            says: [
                "ok network of eth0 250 kB/s in, 3 kB/s out; 0 errors and 1 drops of 1000 packets since the start\n",
                "warn packets are damaged on eth1", "ok network of eth2",
                "warn packets are dropped on eth3 0 kB/s in, 0 kB/s out; 0 errors and 40000000 drops of 3000000500 packets",
            ], neverSays: ["veth7", "lo "])
    ]

    private static let accountCases = [
        Case(
            testDescription: "what the services' account may do is compared, and from where",
            script: #"""
                cat > stand-in << 'END'
                sql() {
                    case $1 in
                    "SELECT host"*) echo '192.168.1.%' ;;
                    "SHOW GRANTS"*) printf 'GRANT USAGE ON *.* TO `intchain`@`192.168.1.%%`\n%s\n' "$GRANT" ;;
                    *10.0.0.12*) ;;
                    *) echo 1 ;;
                    esac
                }
                END
                look() {
                    GRANT="GRANT $1 TO x" ACCOUNTS=intchain APP_ACCOUNT=intchain DATABASE=intchain CLIENTS='app1=192.168.1.11 app2=10.0.0.12 ' \
                        sh -c '. "$1/begin.sh"; . ./stand-in; . "$1/accounts.sh"; doctor_accounts' look "$lib" | cut -f 1,3,4 | tr '\t' ' '
                }
                look 'SELECT, INSERT, UPDATE, DELETE, EXECUTE ON `intchain`.*'; look 'ALL PRIVILEGES ON *.*'
                echo bare; look 'SELECT, UPDATE ON `intchain`.*'; look 'INSERT ON `other`.*'
                """#,
            says: [
                "warn intchain may not log in from app2 (error 1045) app2 is 10.0.0.12; admitted is 192.168.1.%\n"
                    + "ok rights of intchain from 192.168.1.% rows of intchain\nwarn",
                "bad intchain lacks rights on intchain (error 1142) from 192.168.1.% it may not: INSERT DELETE EXECUTE\n",
                "it may not: SELECT INSERT UPDATE DELETE EXECUTE\n",
            ], neverSays: ["app1"])
    ]

    private static let containerCases = [
        Case(
            testDescription: "containers are asked of Docker, and told to it",
            script: #"""
                mkdir bin
                stand_in() { cat > "bin/$1"; chmod +x "bin/$1"; }
                stand_in docker << 'END'
                #!/bin/sh
                case $4 in
                intchain-gateway) state=running pid=77 ;;
                intchain-userservice) state=exited pid=0 ;;
                *) exit 1 ;;
                esac
                printf '%s\n' "$3" | sed "s/{{.State.Status}}/$state/; s/{{.State.Pid}}/$pid/; s/{{.State.ExitCode}}/3/"
                END
                printf '#!/bin/sh\n[ "$*" = "is-active --quiet docker" ] || echo since\n' | stand_in systemctl
                printf '#!/bin/sh\necho "{} 200 in 0.002 s"\n' | stand_in curl
                PATH=$PWD/bin:$PATH DEPLOY_METHOD=compose APP_ROOT=$PWD LOG_DIRECTORY=$PWD SITE_USER=root \
                    SERVICES="gateway:intchain-gateway:5000 user:intchain-userservice:5001 order:intchain-orderservice:5002" \
                    sh -c '. "$1/begin.sh"; . "$1/service.sh"' look "$lib" 2> /dev/null | cut -f 1,3,4,5 | tr '\t' ' '
                """#,
            says: [
                "ok docker runs", "ok gateway answers  0.002 s at port 5000, process 77",
                "bad user does not run intchain-userservice exited pid 0, exit code 3 docker start intchain-userservice",
                "bad docker does not know order it has no intchain-orderservice",
            ], neverSays: ["upervisor"])
    ]
}
