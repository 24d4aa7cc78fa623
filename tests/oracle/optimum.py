"""The least stage 1 cost by HiGHS: one binary variable a series, one row a clash."""

from collections import defaultdict

import highspy
import numpy as np

from problem import TICK

UNPLACED = 1_000_000


def optimum(problem, seconds=None, gap=0.0):
    """(cost, pairs without a series, proven) of a least-cost choice of series."""
    costs, column_of = [], []
    rows = set()
    for pair in problem.pairs:
        column_of.append({None: len(costs)})
        costs.append(UNPLACED)
        for series, cost in pair.series.items():
            column_of[-1][series] = len(costs)
            costs.append(cost)
    taken, days = defaultdict(list), defaultdict(list)
    for pair, columns in zip(problem.pairs, column_of):
        span = -(-(pair.minutes + pair.buffer) // TICK)
        for series, column in columns.items():
            if series is None:
                continue
            for tick in pair.meetings(*series):
                for person in pair.ends:
                    for part in range(tick, tick + span):
                        taken[person.key, part].append(column)
                    days[person.key, int(person.day[tick])].append(column)
    for columns in taken.values():
        if len(columns) > 1:
            rows.add((1, tuple(sorted(columns))))
    for columns in days.values():
        if len(columns) > problem.cap:
            rows.add((problem.cap, tuple(sorted(columns))))
    # A row inside another of the same limit says nothing new; most ticks repeat the one before.
    rows = sorted(rows)

    lower, upper, starts, index = [], [], [0], []
    for columns in column_of:
        index += columns.values()
        lower.append(1)
        upper.append(1)
        starts.append(len(index))
    for limit, columns in rows:
        index += columns
        lower.append(-highspy.kHighsInf)
        upper.append(limit)
        starts.append(len(index))
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(costs), len(upper)
    lp.col_cost_ = np.array(costs, dtype=float)
    lp.col_lower_, lp.col_upper_ = np.zeros(len(costs)), np.ones(len(costs))
    lp.row_lower_, lp.row_upper_ = np.array(lower, dtype=float), np.array(upper, dtype=float)
    lp.integrality_ = [highspy.HighsVarType.kInteger] * len(costs)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.num_col_, lp.a_matrix_.num_row_ = len(costs), len(upper)
    lp.a_matrix_.start_ = np.array(starts)
    lp.a_matrix_.index_ = np.array(index)
    lp.a_matrix_.value_ = np.ones(len(index))
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("mip_rel_gap", gap)
    solver.setOptionValue("mip_abs_gap", 0.0)
    if seconds:
        solver.setOptionValue("time_limit", float(seconds))
    solver.passModel(lp)
    solver.run()
    proven = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    values = solver.getSolution().col_value
    chosen = [column for column in range(len(costs)) if values[column] > 0.5]
    cost = sum(costs[column] for column in chosen)
    unplaced = sum(values[columns[None]] > 0.5 for columns in column_of)
    bound = solver.getInfo().mip_dual_bound
    return cost, unplaced, proven, bound
