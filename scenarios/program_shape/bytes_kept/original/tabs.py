import eventlet


def count(limit):
	total = 0
	while total < limit:
		total += 1;	eventlet.sleep(0)
		if total == 2: break
	return total
