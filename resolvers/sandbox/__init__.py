"""What frontends are tested against: time that passes when it is told to, rivals, faults."""
