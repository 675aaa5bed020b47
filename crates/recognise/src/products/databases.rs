//! Databases and other services that an application relies on.

use goodgate_evidence::Sign;

use super::Words;
use crate::signature::{Signature, sig};

pub(super) static ITEM: Words =
    Words { product: None, general: false, signatures: SIGNATURES, settle: None };

static SIGNATURES: &[Signature] = &[
    sig("FATAL: sorry, too many clients already", Sign::DependencyExhausted),
    sig("FATAL:  sorry, too many clients already", Sign::DependencyExhausted),
    sig("remaining connection slots are reserved", Sign::DependencyExhausted),
    sig("SQLSTATE[HY000] [1040]", Sign::DependencyExhausted),
    sig("SQLSTATE[08004] [1040]", Sign::DependencyExhausted),
    sig("Too many connections", Sign::DependencyExhausted),
    sig("SQLSTATE[HY000] [2002]", Sign::DependencyFailed),
    sig("SQLSTATE[08006]", Sign::DependencyFailed),
    sig("could not connect to server:", Sign::DependencyFailed),
    sig("connection to server at {*} failed", Sign::DependencyFailed),
    sig("Can't connect to MySQL server", Sign::DependencyFailed),
    sig("Can't connect to local MySQL server", Sign::DependencyFailed),
    sig("MySQL server has gone away", Sign::DependencyFailed),
    sig("MongoServerSelectionError", Sign::DependencyFailed),
    sig("MongoNetworkError", Sign::DependencyFailed),
    sig("Redis connection to {*} failed", Sign::DependencyFailed),
    sig("redis.exceptions.ConnectionError", Sign::DependencyFailed),
    sig("Error 111 connecting to", Sign::DependencyFailed),
    sig("django.db.utils.OperationalError", Sign::DependencyFailed),
    sig("sqlalchemy.exc.OperationalError", Sign::DependencyFailed),
    sig("canceling statement due to statement timeout", Sign::DependencyFailed),
    sig("Lock wait timeout exceeded", Sign::DependencyFailed),
];
