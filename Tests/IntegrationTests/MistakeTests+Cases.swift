extension MistakeTests {
    static let playbooks = [
        Mistake(
            testDescription: "an unknown key",
            playbook: """
                - hosts: app
                  taks:
                    - debug: {msg: hello}
                """,
            place: "play.yml:2:3", words: ["unknown key 'taks' in a play", "did you mean '"]),
        Mistake(
            testDescription: "a wrong type",
            playbook: """
                - hosts: app
                  gather_facts: maybe
                  tasks: []
                """,
            place: "play.yml:2:17", words: ["gather_facts: expected true or false"]),
        Mistake(
            testDescription: "a wrong type of an argument",
            playbook: """
                - hosts: app
                  tasks:
                    - wait_for: {port: many}
                """,
            place: "play.yml:3:24", words: ["port"]),
        Mistake(
            testDescription: "an undefined variable",
            playbook: """
                - hosts: app
                  vars: {gateway_port: 5000}
                  tasks:
                    - debug:
                        msg: "{{ gateway_prot }}"
                """,
            place: "play.yml:5:18", words: ["'gateway_prot' is not defined anywhere", "did you mean 'gateway_port'?"]),
        Mistake(
            testDescription: "a missing template",
            playbook: """
                - hosts: app
                  tasks:
                    - template:
                        src: nginx.cnf.j2
                        dest: /tmp/x
                """,
            place: "play.yml:4:14", words: ["there is no file 'nginx.cnf.j2'"]),
        Mistake(
            testDescription: "an unknown module",
            playbook: """
                - hosts: app
                  tasks:
                    - ansible.builtin.coppy: {dest: /tmp/x}
                """,
            place: "play.yml:3:7", words: ["unknown module", "did you mean 'ansible.builtin.copy'?"]),
        Mistake(
            testDescription: "an unknown argument",
            playbook: """
                - hosts: app
                  tasks:
                    - copy:
                        content: x
                        dest: /tmp/x
                        onwer: root
                """,
            place: "play.yml:6:9", words: ["has no argument 'onwer'", "did you mean 'owner'?"]),
        Mistake(
            testDescription: "an error of syntax in an expression",
            playbook: """
                - hosts: app
                  tasks:
                    - debug:
                        msg: "{% if true %}on"
                """,
            place: "play.yml:4:18", words: ["the 'if' block is never closed", "{% endif %}"]),
        Mistake(
            testDescription: "an error of syntax in a template",
            playbook: """
                - hosts: app
                  tasks:
                    - template: {src: list.j2, dest: /tmp/x}
                """,
            place: "list.j2:2:4", words: ["the 'for' block is never closed"],
            files: ["list.j2": "first line\n{% for host in groups.app %}\n"]),
        Mistake(
            testDescription: "a host pattern that matches nothing",
            playbook: "- hosts: ap\n  tasks: []\n",
            place: "play.yml:1:10", words: ["no host and no group is named 'ap'", "did you mean 'app'?"]),
        Mistake(
            testDescription: "an error of YAML",
            playbook: "- hosts: app\n  tasks: [\n",
            place: "play.yml:3:1", words: []),
        Mistake(
            testDescription: "an unquoted decimal mode",
            playbook: """
                - hosts: app
                  tasks:
                    - file: {path: /tmp/x, state: touch, mode: 644}
                """,
            place: "play.yml:3:48", words: ["mode"]),
    ]

    static let inventories = [
        Mistake(
            testDescription: "an unknown key of an inventory",
            playbook: "- hosts: all\n  tasks: []\n",
            place: "inventory.yml:3:3", words: ["'hots' is no key of a group", "did you mean 'hosts'?"],
            inventory: "all:\n  hosts: {a: }\n  hots: {b: }\n"),
        Mistake(
            testDescription: "a duplicate key of an inventory",
            playbook: "- hosts: all\n  tasks: []\n",
            place: "inventory.yml:3:3", words: ["duplicate key 'hosts'", "inventory.yml:2:3"],
            inventory: "all:\n  hosts: {a: }\n  hosts: {b: }\n"),
    ]
}
