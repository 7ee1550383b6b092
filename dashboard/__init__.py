"""The Panel application of the operators: it talks HTTP to the service, and to nothing else."""
