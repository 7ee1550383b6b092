"""Events: the list over all clients (`listing`), and one with its evidence (`detail`).

Which events are wanted, what is one incident and which comes first are rules of the domain (`vigia.alarming`); here
they become answers.
"""
