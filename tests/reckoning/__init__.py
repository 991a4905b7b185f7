"""An independent reckoning of every metric, straight from the raw extracts.

Plain loops over plain objects, written from METRICS.md alone and sharing nothing with the product.
Where the product and this disagree, one of them misreads the definitions.

    company.py    reads the extracts and maps: people, accounts, touches, opportunities, spend
    handoffs.py   section 3: lead events to handoffs
    deals.py      section 5: touches of a deal, and credit
    metrics.py    section 4: the numbers, by any dimensions

Section numbers in the comments are those of METRICS.md.
"""
